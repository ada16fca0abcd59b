package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.TestCredentials;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.proxy.tunnel.RawTunnel.Answer;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sidecar does about proofs that are not what they should be. */
@Timeout(60)
class HostileProofTest {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int PROOFS = 8;

    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private Credentials issue(String name) {
        return mesh.authority.issue(name, MeshFixture.LIFETIME, mesh.bundles);
    }

    private RawTunnel tunnel() throws Exception {
        return new RawTunnel(mesh.loops, mesh.tunnelPort(), issue("web"));
    }

    private static void assertRefused(Answer answer, String reason) {
        assertThat(answer.status()).isEqualTo("403");
        assertThat(answer.code()).isEqualTo("WEFT-D021");
        assertThat(answer.reason()).contains(reason);
    }

    @Test
    void acceptsTheSameIdentitysNextCertificateAndProvesItself() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            byte[] proof = tunnel.proof(issue("web").svid(), false);
            Answer answer = tunnel.prove(proof, 100);
            assertThat(answer.status()).isEqualTo("200");
            assertThat(tunnel.good(proof, answer)).isTrue();
        }
    }

    @Test
    void refusesAnotherIdentity() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            assertRefused(
                    tunnel.prove(tunnel.proof(issue("other").svid(), false)),
                    "the proof is of " + mesh.authority.id("other") + " (expected: " + mesh.authority.id("web") + ")");
        }
    }

    @Test
    void refusesACertificateWithoutItsKey() throws Exception {
        X509Svid seen = issue("web").svid(); // certificates are no secret
        try (RawTunnel tunnel = tunnel()) {
            assertRefused(tunnel.prove(tunnel.proof(seen, issue("web").svid(), false)), "not signed for this tunnel");
        }
    }

    @Test
    void refusesAProofThatWasMadeForAnotherTunnelOfTheSameTwo() throws Exception {
        Credentials web = issue("web");
        try (RawTunnel one = new RawTunnel(mesh.loops, mesh.tunnelPort(), web);
                RawTunnel other = new RawTunnel(mesh.loops, mesh.tunnelPort(), web)) {
            byte[] proof = one.proof(issue("web").svid(), false);
            assertRefused(other.prove(proof), "not signed for this tunnel");
            assertThat(one.prove(proof).status()).isEqualTo("200");
        }
    }

    @Test
    void refusesAProofOfTheWrongDirection() throws Exception {
        Credentials api = issue("api"); // both ends have one identity: a server's answers could be sent back
        try (RawTunnel tunnel = new RawTunnel(mesh.loops, mesh.tunnelPort(), api)) {
            assertRefused(tunnel.prove(tunnel.proof(issue("api").svid(), true)), "not signed for this tunnel");
        }
        try (RawTunnel tunnel = new RawTunnel(mesh.loops, mesh.tunnelPort(), api)) {
            Answer answer = tunnel.prove(tunnel.proof(issue("api").svid(), false));
            Waiting.until("the next may come", new Once(System.nanoTime())::over);
            assertRefused(tunnel.prove(answer.body()), "not signed for this tunnel");
        }
    }

    @Test
    void refusesAProofWhoseNonceIsAnother() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            byte[] proof = tunnel.proof(issue("web").svid(), false);
            assertRefused(tunnel.prove(RawTunnel.withOtherNonce(proof)), "not signed for this tunnel");
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        TestCredentials stranger = new TestCredentials("cluster.local", mesh.clock);
        try (RawTunnel tunnel = tunnel()) {
            X509Svid forged = stranger.issue("web", MeshFixture.LIFETIME, TrustBundles.of(stranger.bundle()))
                    .svid();
            assertRefused(tunnel.prove(tunnel.proof(forged, false)), "");
        } finally {
            stranger.close();
        }
    }

    @Test
    void refusesACertificateThatHasEnded() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            X509Svid old = mesh.authority
                    .issue("web", Duration.ofSeconds(30), mesh.bundles)
                    .svid();
            mesh.clock.move(Duration.ofMinutes(1));
            assertRefused(tunnel.prove(tunnel.proof(old, false)), "expired at");
        }
    }

    @Test
    void refusesWhatCannotBeRead() throws Exception {
        byte[] proof;
        try (RawTunnel tunnel = tunnel()) {
            proof = tunnel.proof(issue("web").svid(), false);
            assertRefused(tunnel.prove(new byte[0]), "ends too early");
        }
        for (int length : new int[] {1, 31, 33, 34, 80, proof.length - 1}) {
            try (RawTunnel tunnel = tunnel()) {
                assertRefused(tunnel.prove(Arrays.copyOf(proof, length)), "the proof cannot be read");
            }
        }
        byte[] longPart = proof.clone();
        longPart[32] = (byte) 0xff;
        try (RawTunnel tunnel = tunnel()) {
            assertRefused(tunnel.prove(longPart), "expected: 256 at most");
        }
        try (RawTunnel tunnel = tunnel()) {
            assertRefused(tunnel.prove(RawTunnel.withChainRepeated(proof, 3)), "more than 5 certificates");
        }
    }

    @Test
    void refusesWhatIsTooLargeWithoutHoldingIt() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            assertRefused(tunnel.prove(new byte[200 * 1024], 10_000), "larger than 32768 bytes");
        }
    }

    @Test
    void judgesOneProofAtATime() throws Exception {
        try (RawTunnel tunnel = tunnel()) {
            tunnel.stall();
            Waiting.until("the next may come", new Once(System.nanoTime())::over);
            assertThat(tunnel.prove(tunnel.proof(issue("web").svid(), false)).code())
                    .isEqualTo("WEFT-D017");
        }
        assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"tunnel-proofs\"} 1");
    }

    /** No more than one for each interval that has begun, however long a busy machine takes. */
    @Test
    void judgesFewProofsOfOneTunnel() throws Exception {
        int judged = 0;
        try (RawTunnel tunnel = tunnel()) {
            byte[] proof = tunnel.proof(issue("web").svid(), false);
            long begun = System.nanoTime();
            for (int i = 0; i < PROOFS; i++) {
                Answer answer = tunnel.prove(proof);
                if (answer.status().equals("200")) {
                    judged++;
                } else {
                    assertThat(answer.code()).isEqualTo("WEFT-D017");
                }
            }
            long over = (System.nanoTime() - begun) / INTERVAL.toNanos();
            assertThat(judged).isBetween(1, 1 + (int) over);
        }
        assertThat(mesh.api.metrics().text())
                .contains("weft_limits_hit_total{limit=\"tunnel-proofs\"} " + (PROOFS - judged) + "\n");
    }

    /** The time that has to pass between two proofs. */
    private record Once(long since) {
        boolean over() {
            return System.nanoTime() - since > INTERVAL.toNanos();
        }
    }
}
