package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.identity.svid.X509Svid;
import dev.weft.testing.MovedClock;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two workloads of one identity: the certificate of each is renewed for as long as the mesh has that one. */
@Timeout(60)
final class HoldersTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, String> BOTH = Map.of("shop/web-0", "uid-0", "shop/web-1", "uid-1");

    /** Tokens are {@code pod/uid}. */
    private static final class Platform implements WorkloadAttestor {
        @Override
        public Attestation attest(String token) {
            String[] pod = token.split("/", -1);
            return new Attestation.Verified(new WorkloadClaims("shop", "web", pod[0], pod[1], Optional.empty()));
        }

        @Override
        public void refused(WorkloadRefusal refusal) {}
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MovedClock clock = new MovedClock();

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory, new Platform(), clock);
        plane.publishInstances(TestPlane.WEB, BOTH);
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void thatOfOneThatIsGoneIsRenewedNoMoreWhileAnotherOfItsIdentityIs() throws Exception {
        X509Svid gone = byPlatform("web-0/uid-0");
        X509Svid applications = renewed(gone);
        X509Svid stays = byPlatform("web-1/uid-1");
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-1", "uid-1"));
        clock.move(Duration.ofMinutes(2));

        assertGone(gone);
        assertGone(applications);
        assertThat(jwt(stays)).isNotEmpty();
        assertThat(WorkloadMark.in(renewed(renewed(stays)).leaf()))
                .as("carried on")
                .contains(WorkloadMark.of("shop/web-1", "uid-1"));
    }

    @Test
    void thatOfOneWhoseAccountWasDeletedIsRenewedNoMoreUntilItIsThereAgain() throws Exception {
        X509Svid ended = byPlatform("web-0/uid-0");
        plane.publishEnded(TestPlane.WEB, "shop/web-0", "uid-0");
        clock.move(Duration.ofMinutes(2));

        assertGone(ended);
        plane.publishInstances(TestPlane.WEB, BOTH);
        assertThat(renewed(ended).leaf()).isNotNull();
    }

    @Test
    void anotherOfTheSameNameIsAnother() throws Exception {
        X509Svid gone = byPlatform("web-0/uid-0");
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-0", "uid-9", "shop/web-1", "uid-1"));
        clock.move(Duration.ofMinutes(2));

        assertGone(gone);
        assertThat(renewed(byPlatform("web-0/uid-9")).leaf()).isNotNull();
    }

    @Test
    void aControlPlaneThatStartsAgainKnowsWhoseItIs() throws Exception {
        X509Svid gone = byPlatform("web-0/uid-0");
        X509Svid stays = byPlatform("web-1/uid-1");
        plane.close();
        plane = TestPlane.start(directory, new Platform(), clock);
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-1", "uid-1"));
        clock.move(Duration.ofMinutes(2));

        assertGone(gone);
        assertThat(renewed(stays).leaf()).isNotNull();
    }

    /** A control plane may have let it in of which another has not heard yet. */
    @Test
    void aNewOneThatIsNotKnownYetIsToldToComeAgain() throws Exception {
        X509Svid fresh = byPlatform("web-0/uid-0");
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-1", "uid-1"));

        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, () -> renewed(fresh));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.getStatus().getDescription()).startsWith("WEFT-C120: ");
        plane.publishInstances(TestPlane.WEB, BOTH);
        assertThat(renewed(fresh).leaf()).isNotNull();
    }

    @Test
    void aSidecarThatTheMeshStartedIsKnownByItsToken() throws Exception {
        X509Svid gone = byToken(plane.tokens.create(TestPlane.WEB, "shop/web-0", HOUR));
        X509Svid stays = byToken(plane.tokens.create(TestPlane.WEB, "shop/web-1", HOUR));
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-1", ""));
        clock.move(Duration.ofMinutes(2));

        assertGone(gone);
        assertThat(renewed(stays).leaf()).isNotNull();
    }

    /** Of an earlier version, or of a machine that may be any of them. */
    @Test
    void oneThatDoesNotSayWhoseItIsIsRenewedWhileThereIsAnyOfItsIdentity() throws Exception {
        X509Svid unmarked = plane.svid(TestPlane.WEB, HOUR);
        X509Svid machines = byToken(
                plane.tokens.grant(TestPlane.WEB, Optional.empty(), HOUR).token());
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web-1", "uid-1"));
        clock.move(Duration.ofMinutes(2));

        assertThat(renewed(unmarked).leaf()).isNotNull();
        assertThat(renewed(machines).leaf()).isNotNull();
        plane.publishInstances(TestPlane.API, Map.of("shop/api", "uid-2"));
        assertGone(unmarked);
    }

    private void assertGone(X509Svid svid) {
        assertThatThrownBy(() -> renewed(svid)).hasMessageContaining("PERMISSION_DENIED: WEFT-C103: ");
        assertThatThrownBy(() -> jwt(svid)).hasMessageContaining("PERMISSION_DENIED: WEFT-S018: ");
    }

    private String jwt(X509Svid svid) throws Exception {
        try (TestClient client = TestClient.of(plane, svid)) {
            return client.issueJwt(0, "db");
        }
    }

    private X509Svid renewed(X509Svid by) throws Exception {
        try (TestClient client = TestClient.of(plane, by)) {
            return certified(csr -> client.certify(csr, ""));
        }
    }

    private X509Svid byPlatform(String token) throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            return certified(csr -> client.certifyByWorkloadToken(csr, token));
        }
    }

    private X509Svid byToken(String token) throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            return certified(csr -> client.certify(csr, token));
        }
    }

    private static X509Svid certified(Function<byte[], CertifyResponse> call) {
        KeyPair own = KeyPairs.generateP256();
        CertifyResponse response = call.apply(CertificateSigningRequests.create(own, TestPlane.WEB));
        return X509Svid.of(
                Certificates.decodeAll(response.getCertificateChainList().stream()
                        .map(ByteString::toByteArray)
                        .toList()),
                own.getPrivate());
    }
}
