package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.certify.Outcome;
import dev.weft.control.certify.Refusal;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates for pods for which the platform itself asks. */
final class PodCertificatesTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair keys = KeyPairs.generateP256();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory.resolve("state"), Duration.ofHours(2));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static WorkloadClaims pod(String namespace, String account) {
        return new WorkloadClaims(namespace, account, account + "-1", "uid-1", Optional.of("node-1"));
    }

    private static Duration life(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Issued.class);
        X509Certificate leaf = ((Outcome.Issued) outcome).chain().getFirst();
        return Duration.between(
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    }

    @Test
    void areOfTheServiceAccountAndInTheAuditLog() throws Exception {
        Outcome outcome = plane.certificates.certify(pod("shop", "web"), keys.getPublic(), DAY);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Issued.class, issued -> {
            assertThat(issued.identity()).isEqualTo(TestPlane.WEB);
            assertThat(issued.chain().getFirst().getPublicKey()).isEqualTo(keys.getPublic());
            assertThat(SvidVerifier.verify(issued.chain(), plane.trust.bundles(), Instant.now()))
                    .isInstanceOf(Verification.Verified.class);
        });
        assertThat(Files.readString(plane.auditFile))
                .contains("\"event\":\"certificate-issued\"", "\"proof\":\"pod-certificate\"", "\"podUid\":\"uid-1\"");
    }

    @Test
    void liveNoLongerThanIsAskedNorThanThoseOfSidecars() {
        assertThat(life(plane.certificates.certify(pod("shop", "web"), keys.getPublic(), Duration.ofHours(1))))
                .isEqualTo(Duration.ofHours(1).plus(TrustAnchors.CLOCK_SKEW));
        assertThat(life(plane.certificates.certify(pod("shop", "web"), keys.getPublic(), DAY)))
                .isEqualTo(Duration.ofHours(2).plus(TrustAnchors.CLOCK_SKEW));
    }

    @Test
    void areRefusedForTheControlPlanesOwnIdentity() throws Exception {
        assertThat(plane.certificates.certify(pod("weft-system", "weft-control"), keys.getPublic(), DAY))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.RESERVED_IDENTITY));
        assertThat(Files.readString(plane.auditFile)).contains("\"event\":\"certificate-refused\"", "WEFT-C101");
    }

    @Test
    void areRefusedForAKeyThatNoSvidHas() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        assertThat(plane.certificates.certify(
                        pod("shop", "web"), rsa.generateKeyPair().getPublic(), DAY))
                .isInstanceOf(Outcome.Refused.class);
    }
}
