package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh file that would cut its own mesh off, in front of a control plane that runs. */
final class GuardedFilesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** Without it the next issuer has to wait. */
    private static void awaitAcknowledgement(TestControl control) throws Exception {
        TestControl.eventually(() -> {
            assertThat(control.proxy("web").hasLeaf()).isTrue();
            assertThat(control.proxy("web").getAcknowledgedList()).anyMatch(version -> version.getSequence() == 1);
        });
    }

    @Test
    void aRevocationOfTheIssuerInUseIsRefusedWithItsPlaceAndTakesForceOnceItIsReplaced() throws Exception {
        TrustAnchor anchor = Operations.anchor("one");
        try (TestControl control = new TestControl(
                        Operations.state(directory.resolve("s"), anchor), List.of("web"), Clock.systemUTC());
                FakeProxy _ = new FakeProxy(
                        control,
                        "web",
                        TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(anchor.certificate()))))) {
            awaitAcknowledgement(control);
            Path registry = directory.resolve("mesh.yaml");
            Files.writeString(
                    registry,
                    Files.readString(registry)
                            + """
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: Revocation
                    metadata: {name: stolen}
                    spec: {issuer: {keySha256: %s}}
                    """.formatted(control.show().getIssuers(0).getSpkiSha256()));
            TestControl.eventually(() -> assertThat(control.show().getRegistryRefusalsList())
                    .singleElement()
                    .satisfies(refusal -> assertThat(refusal)
                            .startsWith(registry + ":7: Revocation stolen: WEFT-C089: that is the issuer in use")));
            assertThat(control.show().getBundles(0).getSequence()).isEqualTo(1);
            assertThat(control.proxy("web").getConnected()).isTrue();

            Issuer next = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
            control.operator()
                    .installIssuer(InstallIssuerRequest.newBuilder()
                            .setChainPem(Pem.encodeCertificates(next.chain()))
                            .setPrivateKeyPem(Pem.encodePrivateKey(next.key()))
                            .build());
            TestControl.eventually(() -> {
                assertThat(control.show().getRegistryRefusalsList()).isEmpty();
                assertThat(control.show().getBundles(0).getSequence()).isEqualTo(2);
            });
        }
    }
}
