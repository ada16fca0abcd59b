package dev.weft.local.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.registry.Parsed;
import dev.weft.control.registry.RegistryFiles;
import dev.weft.control.registry.TrustDomainObject;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.state.Network;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class LinkObjectTest {

    @Test
    void saysWhatTheControlPlaneReads() {
        TrustDomain domain = TrustDomain.parse("b.example");
        TrustAnchor anchor = TrustAnchors.create("b", Duration.ofDays(1), Clock.systemUTC());
        String pem = Pem.encodeCertificates(List.of(anchor.certificate()));
        Parsed parsed = RegistryFiles.parse(Path.of("mesh1.yaml"), LinkObject.text(domain, pem, new Network(1)));
        assertThat(parsed.errors()).isEmpty();
        TrustDomainObject object =
                Objects.requireNonNull(parsed.objects().trustDomains().get(domain));
        assertThat(object.anchors()).containsExactly(anchor.certificate());
        assertThat(object.discovery().orElseThrow().addresses().toString()).isEqualTo("[10.243.0.1:15012]");
        assertThat(object.discovery().orElseThrow().ranges().toString())
                .contains("10.243.0.0/16", "10.97.0.0/16", "fd57:e1f7:0:1", "fd57:e1f7:96:1");
    }
}
