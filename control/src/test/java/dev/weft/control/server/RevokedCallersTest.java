package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.weft.control.directory.Directory;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.model.TrustDomainObject;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers whose certificates are good but for a decision of the mesh: they hear the reason, and get nothing. */
final class RevokedCallersTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    private final KeyPair keys = KeyPairs.generateP256();
    private final byte[] request = CertificateSigningRequests.create(keys, TestPlane.WEB);

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory.resolve("state"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aRevokedCertificateGetsNoOther() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        revoke(new Revocations(Set.of(SerialNumber.of(svid.leaf())), Set.of(), Map.of(), Set.of()));

        assertThat(refusal(svid)).contains("serial number", "is revoked");
        assertThat(accepted(plane.svid(TestPlane.WEB, HOUR)))
                .as("another of the same identity")
                .isTrue();
    }

    @Test
    void whatCameOfARevokedCertificateIsRevokedWithIt() throws Exception {
        X509Svid stolen = plane.svid(TestPlane.WEB, HOUR);
        X509Svid second = renewed(stolen);
        X509Svid third = renewed(second);
        X509Svid other = renewed(plane.svid(TestPlane.WEB, HOUR));

        revoke(new Revocations(Set.of(SerialNumber.of(stolen.leaf())), Set.of(), Map.of(), Set.of()));

        for (X509Svid svid : List.of(stolen, second, third)) {
            assertThat(plane.trust.verifier().verify(svid.chain(), Instant.now()))
                    .isInstanceOf(Verification.Rejected.class);
            assertThat(refusal(svid)).contains("serial number", "is revoked");
        }
        assertThat(accepted(other)).as("of another key").isTrue();
        revoke(Revocations.NONE);
        assertThat(accepted(third)).as("taken back").isTrue();
    }

    @Test
    void aWorkloadThatIsGoneFromTheRegistryGetsNoOther() throws Exception {
        X509Svid web = plane.svid(TestPlane.WEB, HOUR);
        X509Svid api = plane.svid(TestPlane.API, HOUR);
        plane.publish(Map.of("shop/api", TestPlane.API), Directory.of(List.of(), List.of()));
        try (TestClient client = TestClient.of(plane, web)) {
            StatusRuntimeException failure =
                    catchThrowableOfType(StatusRuntimeException.class, () -> client.certify(request, ""));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(failure.getStatus().getDescription()).startsWith("WEFT-C103: ");
            failure = catchThrowableOfType(StatusRuntimeException.class, () -> client.issueJwt(0, "db"));
            assertThat(failure.getStatus().getDescription()).startsWith("WEFT-S018: ");
        }
        assertThat(accepted(api)).as("a workload that is there").isTrue();
    }

    private X509Svid renewed(X509Svid by) throws Exception {
        KeyPair own = KeyPairs.generateP256();
        try (TestClient client = TestClient.of(plane, by)) {
            byte[] asked = CertificateSigningRequests.create(own, by.id());
            return X509Svid.of(
                    Certificates.decodeAll(client.certify(asked, "").getCertificateChainList().stream()
                            .map(ByteString::toByteArray)
                            .toList()),
                    own.getPrivate());
        }
    }

    @Test
    void aRevokedIssuersCertificatesGetNoOther() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        SpkiFingerprint key = SpkiFingerprint.of(svid.chain().get(1).getPublicKey());
        try (TestClient client = TestClient.of(plane, svid)) {
            revoke(new Revocations(Set.of(), Set.of(key), Map.of(), Set.of()));
            assertThat(refused(() -> client.certify(request, ""))).contains("signing key", "is revoked");
        }
    }

    @Test
    void aRevokedIdentityComesBackByATokenAndNotByItsCertificate() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        X509Svid other = plane.svid(TestPlane.API, HOUR);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        revoke(new Revocations(Set.of(), Set.of(), Map.of(TestPlane.WEB, now), Set.of()));

        assertThat(refusal(svid)).contains("certificates of " + TestPlane.WEB + " from before " + now);
        List<X509Certificate> fresh = byToken();
        assertThat(SvidVerifier.verify(fresh, plane.trust.bundles(), Instant.now()))
                .as("not dated back beyond the revocation")
                .isInstanceOf(Verification.Verified.class);
        assertThat(fresh.getFirst().getNotBefore().toInstant()).isEqualTo(now);
        assertThat(accepted(other)).as("another identity").isTrue();
    }

    @Test
    void anIdentityRevokedUntilLaterGetsNothingUntilThen() throws Exception {
        Instant later = Instant.now().plus(HOUR).truncatedTo(ChronoUnit.SECONDS);
        revoke(new Revocations(Set.of(), Set.of(), Map.of(TestPlane.WEB, later), Set.of()));

        assertThat(refused(this::byToken)).contains(TestPlane.WEB + " is revoked until " + later);
    }

    @Test
    void aDisabledTrustDomainGetsNothing() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.of(plane, svid);
                TestClient nobody = TestClient.withoutCertificate(plane)) {
            String token = plane.tokens.create(TestPlane.WEB, HOUR);
            TrustDomainObject disabled = TrustDomainObject.disabled(TestPlane.DOMAIN, Optional.empty());
            plane.trust.changeDeclared(new DeclaredTrust(Map.of(TestPlane.DOMAIN, disabled), Map.of()));

            assertThat(refused(() -> client.certify(request, ""))).contains("is disabled");
            assertThat(refused(() -> nobody.certify(request, token))).contains("is disabled");
        }
    }

    @Test
    void aRevokedCertificateOpensNoStreamAndHearsWhy() throws Exception {
        X509Svid svid = plane.svid(TestPlane.WEB, HOUR);
        revoke(new Revocations(Set.of(SerialNumber.of(svid.leaf())), Set.of(), Map.of(), Set.of()));
        try (TestClient client = TestClient.of(plane, svid)) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            Status end = watch.end();
            assertThat(end.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(end.getDescription()).contains("WEFT-C038", "is revoked");
        }
    }

    private void revoke(Revocations revocations) {
        plane.trust.changeDeclared(new DeclaredTrust(Map.of(), Map.of(TestPlane.DOMAIN, revocations)));
    }

    private List<X509Certificate> byToken() throws Exception {
        String token = plane.tokens.create(TestPlane.WEB, HOUR);
        try (TestClient client = TestClient.withoutCertificate(plane)) {
            return Certificates.decodeAll(client.certify(request, token).getCertificateChainList().stream()
                    .map(ByteString::toByteArray)
                    .toList());
        }
    }

    private boolean accepted(X509Svid svid) throws Exception {
        try (TestClient client = TestClient.of(plane, svid)) {
            byte[] own = CertificateSigningRequests.create(keys, svid.id());
            return client.certify(own, "").getCertificateChainCount() > 0;
        }
    }

    private String refusal(X509Svid svid) throws Exception {
        try (TestClient client = TestClient.of(plane, svid)) {
            return refused(() -> client.certify(request, ""));
        }
    }

    private static String refused(ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(failure.getStatus().getDescription()).startsWith("WEFT-C038: ");
        return String.valueOf(failure.getStatus().getDescription());
    }
}
