package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import dev.weft.control.attest.AttestationStage.Limits;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.IssuingQueue.Entry;
import dev.weft.control.directory.Directory;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.testing.Waiting;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates by workload tokens: who gets one, which refusal tells what, and that nobody else waits for the platform. */
@Timeout(60)
final class AttestedCertifyTest {

    private static final Metadata.Key<String> RETRY =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HANGS = "hangs";
    private static final WorkloadClaims WEB = new WorkloadClaims("shop", "web", "web", "uid-1", Optional.of("node-1"));

    /** Tokens are reasons to refuse them; any other is good. */
    private static final class Platform implements WorkloadAttestor {
        final Queue<WorkloadRefusal> told = new ConcurrentLinkedQueue<>();

        @Override
        public Attestation attest(String token) throws InterruptedException {
            if (token.equals(HANGS)) {
                new CountDownLatch(1).await();
            }
            for (Reason reason : Reason.values()) {
                if (token.equals(reason.name())) {
                    return Attestation.refuse(reason, "refused");
                }
            }
            return new Attestation.Verified(WEB);
        }

        @Override
        public void refused(WorkloadRefusal refusal) {
            told.add(refusal);
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Platform platform = new Platform();
    private final IssuingQueue queue = new IssuingQueue(1, 10, Duration.ofSeconds(5));
    private final byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.WEB);

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory, queue, platform, new Limits(4, 4, 8, Duration.ofSeconds(8)));
        plane.publishInstances(TestPlane.WEB, Map.of("shop/web", "uid-1"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private StatusRuntimeException refused(String token) throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            client.certifyByWorkloadToken(csr, token);
            throw new AssertionError("a certificate was issued for " + token);
        } catch (StatusRuntimeException e) {
            return e;
        }
    }

    private static Optional<String> retry(StatusRuntimeException refusal) {
        return Optional.ofNullable(refusal.getTrailers()).map(trailers -> trailers.get(RETRY));
    }

    @Test
    void issuesForTheServiceAccountAsOftenAsTheTokenIsShown() throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            for (int i = 0; i < 2; i++) {
                CertifyResponse response = client.certifyByWorkloadToken(csr, "secret");
                List<X509Certificate> chain = Certificates.decodeAll(response.getCertificateChainList().stream()
                        .map(ByteString::toByteArray)
                        .toList());
                assertThat(SvidVerifier.verify(chain, plane.trust.bundles(), Instant.now()))
                        .isInstanceOfSatisfying(
                                Verification.Verified.class,
                                verified -> assertThat(verified.id()).isEqualTo(TestPlane.WEB));
            }
        }
        assertThat(Files.readString(plane.auditFile))
                .contains("\"proof\":\"workload-token\"", "\"workload\":\"shop/web\"")
                .contains("\"podUid\":\"uid-1\"", "\"node\":\"node-1\"")
                .doesNotContain("secret");
        assertThat(platform.told).isEmpty();
    }

    /** All that a platform which does not answer delays is what asks it. */
    @Test
    void aPlatformThatHangsDelaysNoRenewalAndNoJoinToken() throws Exception {
        List<Future<CertifyResponse>> hanging = new ArrayList<>();
        try (TestClient newcomers = TestClient.withoutCertificate(plane);
                TestClient renewing = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)));
                TestClient joining = TestClient.withoutCertificate(plane)) {
            for (int i = 0; i < 8; i++) {
                hanging.add(newcomers.certifyLater(TestClient.byWorkloadToken(csr, HANGS)));
            }
            Waiting.until(() -> plane.attestation.places() == 8);
            for (int i = 0; i < 10; i++) {
                assertThat(renewing.certify(csr, "").getCertificateChainCount()).isEqualTo(2);
            }
            String token = plane.tokens.create(TestPlane.WEB, Duration.ofHours(1));
            assertThat(joining.certify(csr, token).getCertificateChainCount()).isEqualTo(2);

            StatusRuntimeException tooMany = refused("secret");
            assertThat(tooMany.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(tooMany.getStatus().getDescription()).startsWith("WEFT-C104: too many");
            assertThat(retry(tooMany)).contains("2000");
            for (Future<CertifyResponse> hangs : hanging) {
                assertThatThrownBy(() -> hangs.get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining(
                                "UNAVAILABLE: WEFT-C104: the platform has not identified the owner of the workload token within PT8S")
                        .cause()
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                refusal -> assertThat(retry(refusal)).contains("5000"));
            }
        }
        Waiting.until(() -> plane.attestation.places() == 0);
        assertThat(queue.waiting()).isZero();
    }

    /** The platform is asked before the turn: who waits for its turn has proven itself, and who is refused never had one. */
    @Test
    void asksThePlatformOutsideOfTheTurn() throws Exception {
        try (Entry.Turn _ = (Entry.Turn) queue.enter();
                TestClient client = TestClient.withoutCertificate(plane)) {
            assertThat(refused(Reason.EXPIRED.name()).getStatus().getDescription())
                    .startsWith("WEFT-C108");
            Future<CertifyResponse> _ = client.certifyLater(TestClient.byWorkloadToken(csr, "secret"));
            Waiting.until(() -> queue.waiting() == 1 && plane.attestation.places() == 0);
        }
    }

    @Test
    void whoGoesAwayFreesItsPlace() throws Exception {
        try (TestClient leaves = TestClient.withoutCertificate(plane)) {
            Future<CertifyResponse> call = leaves.certifyLater(TestClient.byWorkloadToken(csr, HANGS));
            Waiting.until(() -> plane.attestation.places() == 1);
            call.cancel(true);
        }
        Waiting.until(() -> plane.attestation.places() == 0
                && Files.readString(plane.auditFile).contains("WEFT-C091"));
        assertThat(Files.readString(plane.auditFile)).doesNotContain("WEFT-C104");
    }

    @ParameterizedTest
    @CsvSource({
        "LATER, WEFT-C104, UNAVAILABLE",
        "NOT_AUTHENTICATED, WEFT-C106, UNAUTHENTICATED",
        "OTHER_AUDIENCE, WEFT-C107, UNAUTHENTICATED",
        "EXPIRED, WEFT-C108, UNAUTHENTICATED",
        "NO_SERVICE_ACCOUNT, WEFT-C109, UNAUTHENTICATED",
        "NOT_BOUND, WEFT-C116, UNAUTHENTICATED",
        "POD_GONE, WEFT-C117, UNAUTHENTICATED",
        "OTHER_POD, WEFT-C118, UNAUTHENTICATED",
        "OTHER_SERVICE_ACCOUNT, WEFT-C119, UNAUTHENTICATED"
    })
    void tellsWhyATokenProvesNothing(Reason reason, String code, Status.Code status) throws Exception {
        StatusRuntimeException refusal = refused(reason.name());
        assertThat(refusal.getStatus().getDescription()).isEqualTo(code + ": refused");
        assertThat(refusal.getStatus().getCode()).isEqualTo(status);
        assertThat(platform.told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void issuesNothingForAnyTokenThatProvesNothing(Reason reason) throws Exception {
        refused(reason.name());
        assertThat(Files.readString(plane.auditFile)).doesNotContain("certificate-issued");
    }

    @Test
    void hasAPodThatTheRegistryDoesNotKnowYetComeAgainSoonWithTheSameToken() throws Exception {
        plane.publish(Map.of("shop/api", TestPlane.API), Directory.of(List.of(), List.of()));
        StatusRuntimeException refusal = refused("secret");
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.getStatus().getDescription())
                .isEqualTo("WEFT-C120: the mesh has no meshed workload shop/web of the identity " + TestPlane.WEB
                        + " yet; try again soon");
        assertThat(retry(refusal)).contains("1000");
        assertThat(platform.told)
                .singleElement()
                .matches(told -> told.temporary() && told.code().equals("WEFT-C120"));

        plane.publishInstances(TestPlane.WEB, Map.of("shop/web", "uid-1"));
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertThat(client.certifyByWorkloadToken(csr, "secret").getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    /** The registry may still have the pod that was there before, of another service account. */
    @Test
    void aPodThatTheRegistryKnowsByAnotherIdentityGetsNothingYet() throws Exception {
        plane.publish(Map.of("shop/web", TestPlane.API), Directory.of(List.of(), List.of()));
        assertThat(refused("secret").getStatus().getDescription()).startsWith("WEFT-C120");
    }

    @Test
    void tellsThePlatformWhyAWorkloadThatItKnowsGetsNoCertificate() throws Exception {
        byte[] other = CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.API);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertThatThrownBy(() -> client.certifyByWorkloadToken(other, "secret"))
                    .hasMessageStartingWith("INVALID_ARGUMENT: WEFT-C005");
        }
        assertThat(platform.told)
                .containsExactly(new WorkloadRefusal(
                        WEB,
                        "WEFT-C005",
                        "the signing request names another identity than the proven " + TestPlane.WEB,
                        false));
    }

    @Test
    void acceptsNoWorkloadTokensWithoutAPlatform() throws Exception {
        try (TestPlane files = TestPlane.start(directory.resolve("files"));
                TestClient client = TestClient.withoutCertificate(files)) {
            assertThatThrownBy(() -> client.certifyByWorkloadToken(csr, "secret"))
                    .hasMessageStartingWith("UNAUTHENTICATED: WEFT-C105");
        }
    }
}
