package dev.weft.local.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.local.state.Network;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.TrustDomainObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkObjectTest {

    private static final TrustDomain B = TrustDomain.parse("b.example");

    @TempDir
    Path folder;

    private final TrustAnchor anchor = TrustAnchors.create("b", Duration.ofDays(1), Clock.systemUTC());

    private String text(LinkObject.LinkState standing) {
        String pem = Pem.encodeCertificates(List.of(anchor.certificate()));
        return LinkObject.text(B, pem, new Network(1), standing);
    }

    private TrustDomainObject read(String text) {
        Parsed parsed = RegistryFiles.parse(Path.of("mesh1.yaml"), text);
        assertThat(parsed.errors()).isEmpty();
        return Objects.requireNonNull(parsed.objects().trustDomains().get(B));
    }

    @Test
    void saysWhatTheControlPlaneReads() {
        TrustDomainObject object = read(text(LinkObject.LinkState.ACTIVE));
        assertThat(object.anchors()).containsExactly(anchor.certificate());
        assertThat(object.state()).isEqualTo(TrustBundle.State.ACTIVE);
        assertThat(object.bundleEndpoint())
                .contains(new BundleEndpoint(
                        URI.create("https://10.243.0.1:15013/"),
                        new BundleEndpoint.Profile.HttpsSpiffe(
                                SpiffeId.parse("spiffe://b.example/ns/weft-system/sa/weft-control"))));
        assertThat(object.discovery().orElseThrow().addresses().toString()).isEqualTo("[10.243.0.1:15012]");
        assertThat(object.discovery().orElseThrow().ranges().toString())
                .contains("10.243.0.0/16", "10.97.0.0/16", "fd57:e1f7:0:1", "fd57:e1f7:96:1");
    }

    @Test
    void keepsWhatSomebodySaidOfTheTrustDomain() throws Exception {
        Path file = folder.resolve("mesh1.yaml");
        assertThat(LinkObject.state(file, B)).isEqualTo(LinkObject.LinkState.ACTIVE);
        Files.writeString(
                file,
                text(LinkObject.LinkState.ACTIVE)
                        .replace("spec:\n", "spec:\n  reason: 'it was \"stolen\": \\ # so'\n  state: Disabled\n"));
        LinkObject.LinkState kept = LinkObject.state(file, B);
        assertThat(kept)
                .isEqualTo(new LinkObject.LinkState(
                        TrustBundle.State.DISABLED, Optional.of("it was \"stolen\": \\ # so")));
        TrustDomainObject again = read(text(kept));
        assertThat(again.state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(again.reason()).isEqualTo(kept.reason());
    }

    @Test
    void doesNotReplaceWhatItCannotRead() throws Exception {
        Path file = folder.resolve("mesh1.yaml");
        for (String damaged :
                List.of("spec: [", text(LinkObject.LinkState.ACTIVE).replace("b.example", "c.example"))) {
            Files.writeString(file, damaged);
            assertThatThrownBy(() -> LinkObject.state(file, B)).isInstanceOfSatisfying(LinkException.class, e -> {
                assertThat(e.code()).isEqualTo("WEFT-L206");
                assertThat(e.advice().toString()).contains("mesh1.yaml");
            });
        }
    }
}
