package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.directory.Directory;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.MachineMark;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertifyTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    private final KeyPair keys = KeyPairs.generateP256();

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory.resolve("state"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void issuesForTheIdentityOfTheToken() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            CertifyResponse response = client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), token);
            List<X509Certificate> chain = chain(response);
            assertThat(chain.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
            assertThat(SvidVerifier.verify(chain, plane.trust.bundles(), Instant.now()))
                    .isInstanceOfSatisfying(
                            Verification.Verified.class,
                            verified -> assertThat(verified.id()).isEqualTo(TestPlane.WEB));
            assertThat(Files.readString(plane.auditFile))
                    .contains("\"event\":\"certificate-issued\"", TestPlane.WEB.toString(), "\"proof\":\"token\"")
                    .contains(chain.getFirst().getSerialNumber().toString(16))
                    .doesNotContain(token);
        }
    }

    @Test
    void refusesATokenTheSecondTime() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            client.certify(csr, token);
            assertRefused(() -> client.certify(csr, token), Status.Code.UNAUTHENTICATED, "WEFT-C002");
        }
    }

    @Test
    void keepsTheTokenWhenTheRequestIsBad() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        byte[] bad = csr.clone();
        bad[bad.length - 1] ^= 1;
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(() -> client.certify(bad, token), Status.Code.INVALID_ARGUMENT, "WEFT-C004");
            assertThat(client.certify(csr, token).getCertificateChainCount()).isEqualTo(2);
        }
    }

    @Test
    void refusesARequestThatNamesAnotherIdentity() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(
                    () -> client.certify(CertificateSigningRequests.create(keys, TestPlane.API), token),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-C005");
        }
    }

    @Test
    void refusesWithoutProof() throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(
                    () -> client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), ""),
                    Status.Code.UNAUTHENTICATED,
                    "WEFT-C001");
        }
    }

    /** Even to who has got hold of a token of it: it would be the control plane to every sidecar. */
    @Test
    void refusesTheControlPlanesOwnIdentity() throws Exception {
        var own = ControlServer.identity(TestPlane.DOMAIN);
        String token = plane.tokens.create(own, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(
                    () -> client.certify(CertificateSigningRequests.create(keys, own), token),
                    Status.Code.PERMISSION_DENIED,
                    "WEFT-C101");
        }
        try (TestClient client = TestClient.of(plane, plane.svid(own, HOUR))) {
            assertRefused(
                    () -> client.certify(CertificateSigningRequests.create(keys, own), ""),
                    Status.Code.PERMISSION_DENIED,
                    "WEFT-C101");
        }
        try (TestClient another = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThat(another.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), "")
                            .getCertificateChainCount())
                    .as("of a workload, meanwhile")
                    .isEqualTo(2);
        }
    }

    @Test
    void refusesATokenOfAnotherTrustDomain() throws Exception {
        var foreign = dev.weft.identity.spiffe.SpiffeId.parse("spiffe://other.example/ns/shop/sa/web");
        String token = plane.tokens.create(foreign, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(
                    () -> client.certify(CertificateSigningRequests.create(keys, foreign), token),
                    Status.Code.PERMISSION_DENIED,
                    "WEFT-C006");
        }
    }

    @Test
    void refusesRubbishAndTooLargeRequests() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(() -> client.certify(new byte[] {1, 2, 3}, token), Status.Code.INVALID_ARGUMENT, "WEFT-C004");
            assertRefused(() -> client.certify(new byte[9000], token), Status.Code.INVALID_ARGUMENT, "WEFT-C004");
        }
    }

    @Test
    void limitsTheRateOfBadTokensAndOfNoGoodOne() throws Exception {
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(
                    () -> {
                        for (int i = 0; i < 1000; i++) {
                            try {
                                client.certify(csr, "x".repeat(43));
                            } catch (StatusRuntimeException e) {
                                if (e.getStatus().getCode() != Status.Code.UNAUTHENTICATED) {
                                    throw e;
                                }
                            }
                        }
                    },
                    Status.Code.RESOURCE_EXHAUSTED,
                    "WEFT-C007");
            assertThat(client.certify(csr, plane.tokens.create(TestPlane.WEB, HOUR))
                            .getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    /** One holder of a certificate cannot keep the control plane at work; its identity's other workloads renew meanwhile. */
    @Test
    void limitsHowOftenOneSvidIsShown() throws Exception {
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR));
                TestClient other = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertRefused(
                    () -> {
                        for (int i = 0; i < 1000; i++) {
                            client.certify(csr, "");
                        }
                    },
                    Status.Code.RESOURCE_EXHAUSTED,
                    "WEFT-C007: the holder of this SVID");
            assertThat(other.certify(csr, "").getCertificateChainCount()).isEqualTo(2);
        }
    }

    @Test
    void servesAsManyGoodTokensAsComeFromOneAddress() throws Exception {
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            for (int i = 0; i < 2 * CertificateService.BAD_TOKENS_BURST; i++) {
                assertThat(client.certify(csr, plane.tokens.create(TestPlane.WEB, HOUR))
                                .getCertificateChainCount())
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void renewsAMachineUntilItIsRevoked() throws Exception {
        JoinTokens.Created created = plane.tokens.grant(TestPlane.WEB, Optional.of("shop/web"), HOUR);
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        List<X509Certificate> joined;
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            joined = chain(client.certify(csr, created.token()));
        }
        List<X509Certificate> renewed;
        try (TestClient client = TestClient.of(plane, new X509Svid(TestPlane.WEB, joined, keys.getPrivate()))) {
            renewed = chain(client.certify(csr, ""));
        }
        MachineMark mark = new MachineMark(created.info().id());
        assertThat(MachineMark.in(joined.getFirst())).contains(mark);
        assertThat(MachineMark.in(renewed.getFirst())).contains(mark);
        assertThat(WorkloadMark.in(renewed.getFirst())).contains(WorkloadMark.of("shop/web"));
        plane.machines.revoke(created.info().id());

        for (List<X509Certificate> held : List.of(joined, renewed)) {
            try (TestClient client = TestClient.of(plane, new X509Svid(TestPlane.WEB, held, keys.getPrivate()))) {
                assertRefused(() -> client.certify(csr, ""), Status.Code.PERMISSION_DENIED, "WEFT-C070");
            }
        }
        try (TestClient other = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThat(other.certify(csr, "").getCertificateChainCount()).isEqualTo(2);
        }
    }

    /** The operator's word is of then; what the registry says is of now. */
    @Test
    void aTokenWhoseWorkloadIsGoneOrAnotherGetsNothingAndIsNotUsedUp() throws Exception {
        byte[] csr = CertificateSigningRequests.create(keys, TestPlane.WEB);
        JoinTokens.Created named = plane.tokens.grant(TestPlane.WEB, Optional.of("shop/web"), HOUR);
        JoinTokens.Created any = plane.tokens.grant(TestPlane.WEB, Optional.empty(), HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            plane.publish(Map.of("shop/api", TestPlane.API), Directory.of(List.of(), List.of()));
            assertRefused(
                    () -> client.certify(csr, named.token()), Status.Code.PERMISSION_DENIED, "WEFT-C103: the mesh has");
            assertRefused(() -> client.certify(csr, any.token()), Status.Code.PERMISSION_DENIED, "WEFT-C103: the mesh");
            plane.publish(Map.of("shop/web", TestPlane.API), Directory.of(List.of(), List.of()));
            assertRefused(
                    () -> client.certify(csr, named.token()),
                    Status.Code.PERMISSION_DENIED,
                    "WEFT-C103: the mesh has no meshed workload shop/web of the identity " + TestPlane.WEB);
            plane.publish(Map.of("shop/web", TestPlane.WEB), Directory.of(List.of(), List.of()));
            assertThat(client.certify(csr, named.token()).getCertificateChainCount())
                    .isEqualTo(2);
            assertThat(client.certify(csr, any.token()).getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    @Test
    void renewsWithTheSvidOfTheConnection() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            List<X509Certificate> chain =
                    chain(client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), ""));
            assertThat(chain.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
            assertThat(Files.readString(plane.auditFile)).contains("\"proof\":\"svid\"");
        }
    }

    @Test
    void refusesACertificateOfAnotherAnchorInTheHandshake() throws Exception {
        Clock clock = Clock.systemUTC();
        Issuer stranger = Issuer.createUnder(
                TrustAnchors.create("stranger", HOUR, clock), TestPlane.DOMAIN, HOUR, clock.instant());
        X509Svid svid = TestPlane.svid(stranger, TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.of(plane, svid)) {
            assertThatThrownBy(() -> client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), ""))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
        assertThat(plane.auditFile).isEmptyFile();
    }

    @Test
    void takesANewIssuerIntoUseAndServesUnderIt() throws Exception {
        String before = Files.readString(plane.state.anchorFile());
        Path fresh = directory.resolve("fresh");
        dev.weft.control.state.ControlState.initialise(fresh, TestPlane.DOMAIN, Clock.systemUTC());
        for (String name : List.of("anchor.pem", "issuer.pem", "issuer-key.pem")) {
            Files.copy(
                    fresh.resolve(name),
                    plane.state.directory().resolve(name),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        assertThat(plane.issuer.reload()).isTrue();
        plane.server.renew();
        assertThat(Files.readString(plane.state.anchorFile())).isNotEqualTo(before);
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThat(client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), "")
                            .getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    @Test
    void keepsTheIssuerWhenTheNewOneDoesNotWork() throws Exception {
        Path fresh = directory.resolve("fresh");
        dev.weft.control.state.ControlState.initialise(fresh, TestPlane.DOMAIN, Clock.systemUTC());
        for (String name : List.of("issuer.pem", "issuer-key.pem")) {
            Files.copy(
                    fresh.resolve(name),
                    plane.state.directory().resolve(name),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        assertThat(plane.issuer.reload()).isFalse();
        assertThat(plane.issuer.problem()).contains("does not verify");
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThat(client.certify(CertificateSigningRequests.create(keys, TestPlane.WEB), "")
                            .getCertificateChainCount())
                    .isEqualTo(2);
        }
    }

    private static List<X509Certificate> chain(CertifyResponse response) {
        return Certificates.decodeAll(response.getCertificateChainList().stream()
                .map(ByteString::toByteArray)
                .toList());
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Status.Code code, String weftCode) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).startsWith(weftCode);
        });
    }
}
