package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.jwt.JwtSvidVerifier;
import dev.weft.identity.jwt.JwtVerification;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IssueJwtTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory.resolve("state"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static void assertRefused(Runnable call, Status.Code code, String weftCode) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).startsWith(weftCode + ": ");
        });
    }

    @Test
    void theSubjectIsWhoTheSvidProves() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            String token = client.issueJwt(0, "db", "cache");
            Instant now = Instant.now();
            assertThat(JwtSvidVerifier.verify(token, "db", plane.trust.bundles(), now))
                    .isInstanceOfSatisfying(JwtVerification.Verified.class, verified -> {
                        assertThat(verified.svid().subject()).isEqualTo(TestPlane.WEB);
                        assertThat(verified.svid().audiences()).containsExactly("db", "cache");
                        assertThat(verified.svid().expiresAt())
                                .isBetween(
                                        now.plus(JwtService.DEFAULT_TTL).minusSeconds(30),
                                        now.plus(JwtService.DEFAULT_TTL).plusSeconds(1));
                        assertThat(audit())
                                .contains(
                                        String.valueOf(verified.svid().claims().get("jti")));
                    });
            assertThat(audit())
                    .contains("\"event\":\"jwt-issued\"", "\"identity\":\"" + TestPlane.WEB + "\"", "\"cache\"")
                    .doesNotContain(token);
        }
    }

    private String audit() {
        try {
            return Files.readString(plane.auditFile);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTokenEndsWithTheSvidItWasAskedForWith() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, Duration.ofMinutes(2));
        try (TestClient client = TestClient.of(plane, svid)) {
            JwtVerification verification =
                    JwtSvidVerifier.verify(client.issueJwt(3600, "db"), "db", plane.trust.bundles(), Instant.now());
            assertThat(verification)
                    .isInstanceOfSatisfying(
                            JwtVerification.Verified.class,
                            verified -> assertThat(verified.svid().expiresAt())
                                    .isBeforeOrEqualTo(svid.leaf().getNotAfter().toInstant()));
        }
    }

    @Test
    void refusesWithoutAnSvid() throws Exception {
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S001");
            assertThat(audit()).contains("\"event\":\"jwt-refused\"", "\"code\":\"WEFT-S001\"");
        }
    }

    @Test
    void refusesAnSvidWhoseIssuerIsTaintedOrRevokedMeanwhile() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            client.issueJwt(0, "db");
            SpkiFingerprint issuer = SpkiFingerprint.of(
                    plane.issuer.usable().orElseThrow().chain().getFirst().getPublicKey());
            plane.trust.changeOwn(own -> own.without(Set.of(issuer), Set.of()));
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S002");
            plane.trust.changeOwn(own -> own.without(Set.of(), Set.of(issuer)));
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S002");
        }
    }

    @Test
    void refusesAnIdentityThatIsRevokedAndSignsAgainForItsNextSvid() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            client.issueJwt(0, "db");
            revoke(now.plus(HOUR));
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S002");
            revoke(now);
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S002");
        }
        revoke(now.minus(HOUR));
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThat(JwtSvidVerifier.verify(client.issueJwt(0, "db"), "db", plane.trust.bundles(), Instant.now()))
                    .isInstanceOf(JwtVerification.Verified.class);
        }
    }

    private void revoke(Instant issuedBefore) {
        plane.trust.changeDeclared(new DeclaredTrust(
                Map.of(),
                Map.of(
                        TestPlane.DOMAIN,
                        new Revocations(Set.of(), Set.of(), Map.of(TestPlane.WEB, issuedBefore), Set.of()))));
    }

    @Test
    void refusesAMachineThatWasRevoked() throws Exception {
        JoinTokens.Created created = plane.tokens.grant(TestPlane.WEB, Optional.of("shop/web"), HOUR);
        KeyPair keys = KeyPairs.generateP256();
        X509Svid svid;
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            svid = X509Svid.of(
                    client
                            .certify(CertificateSigningRequests.create(keys, TestPlane.WEB), created.token())
                            .getCertificateChainList()
                            .stream()
                            .map(der -> Certificates.decode(der.toByteArray()))
                            .toList(),
                    keys.getPrivate());
        }
        try (TestClient client = TestClient.of(plane, svid)) {
            assertThat(client.issueJwt(0, "db")).isNotEmpty();
            plane.machines.revoke(created.info().id());
            assertRefused(() -> client.issueJwt(0, "db"), Status.Code.UNAUTHENTICATED, "WEFT-S002");
        }
    }

    @Test
    void refusesAnSvidOfAnotherAnchor() throws Exception {
        TrustAnchor anchor = TrustAnchors.create("Another", HOUR, Clock.systemUTC());
        Issuer other = Issuer.createUnder(anchor, TestPlane.DOMAIN, HOUR, Instant.now());
        try (TestClient client = TestClient.of(plane, TestPlane.svid(other, TestPlane.WEB, HOUR))) {
            assertThatThrownBy(() -> client.issueJwt(0, "db")).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void refusesAudiencesAndLivesOutOfBounds() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertRefused(() -> client.issueJwt(0), Status.Code.INVALID_ARGUMENT, "WEFT-S004");
            assertRefused(() -> client.issueJwt(0, ""), Status.Code.INVALID_ARGUMENT, "WEFT-S004");
            assertRefused(
                    () -> client.issueJwt(0, "a".repeat(JwtService.MAX_AUDIENCE + 1)),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-S004");
            String[] many = IntStream.rangeClosed(0, JwtService.MAX_AUDIENCES)
                    .mapToObj(String::valueOf)
                    .toArray(String[]::new);
            assertRefused(() -> client.issueJwt(0, many), Status.Code.INVALID_ARGUMENT, "WEFT-S004");
            assertRefused(() -> client.issueJwt(9, "db"), Status.Code.INVALID_ARGUMENT, "WEFT-S005");
            assertRefused(() -> client.issueJwt(3601, "db"), Status.Code.INVALID_ARGUMENT, "WEFT-S005");
            assertRefused(() -> client.issueJwt(-1, "db"), Status.Code.INVALID_ARGUMENT, "WEFT-S005");
        }
    }

    @Test
    void boundsTheRateOfAnIdentity() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR));
                TestClient other = TestClient.of(plane, plane.svid(TestPlane.API, HOUR))) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100 * JwtService.REQUESTS_BURST; i++) {
                            client.issueJwt(0, "db");
                        }
                    })
                    // Of the limits of an SVID and of an identity, whichever was filled a moment later answers.
                    .hasMessageContaining("RESOURCE_EXHAUSTED: WEFT-S006: ");
            assertThat(other.issueJwt(0, "db")).isNotEmpty();
        }
    }

    @Test
    void boundsTheRateOfAnIdentityWithSeveralCertificates() throws Exception {
        try (TestClient one = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR));
                TestClient two = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR))) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100 * JwtService.REQUESTS_BURST; i++) {
                            one.issueJwt(0, "db");
                            two.issueJwt(0, "db");
                        }
                    })
                    .hasMessageContaining("WEFT-S006: " + TestPlane.WEB);
        }
    }

    @Test
    void sendsAwayWhoFindsTheLineFullAndLeavesCertificatesTheirTurn() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, HOUR));
                TestClient other = TestClient.of(plane, plane.svid(TestPlane.API, HOUR));
                ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> tokens = new ArrayList<>();
            try (IssuingQueue.Entry.Turn _ = (IssuingQueue.Entry.Turn) plane.jwtQueue.enter()) {
                tokens.add(waiting.submit(() -> client.issueJwt(0, "db")));
                tokens.add(waiting.submit(() -> client.issueJwt(0, "db")));
                Waiting.until(() -> plane.jwtQueue.waiting() == 2);
                assertRefused(() -> other.issueJwt(0, "db"), Status.Code.RESOURCE_EXHAUSTED, "WEFT-S007");
                byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.API);
                assertThat(other.certify(csr, "").getCertificateChainCount()).isEqualTo(2);
            }
            for (Future<String> token : tokens) {
                assertThat(token.get()).isNotEmpty();
            }
        }
    }
}
