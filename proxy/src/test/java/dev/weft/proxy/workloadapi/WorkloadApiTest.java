package dev.weft.proxy.workloadapi;

import static dev.weft.proxy.workloadapi.ApiFixture.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.spiffe.JWTBundlesRequest;
import dev.weft.api.spiffe.JWTBundlesResponse;
import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.X509BundlesRequest;
import dev.weft.api.spiffe.X509BundlesResponse;
import dev.weft.api.spiffe.X509SVID;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.api.spiffe.X509SVIDResponse;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.RpcException;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Workload API, each rule of what it tells, with the client of grpc-java. */
class WorkloadApiTest {

    private static final String OWN = "spiffe://cluster.local";
    private static final String OTHER = "spiffe://other.example";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static List<Certificate> certificates(ByteString der) throws Exception {
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(der.toByteArray())));
    }

    @Test
    @DisplayName("WA-01 the full state at once, at each change, and at each message of the client")
    void wa01TellsTheFullStateEachTime() throws Exception {
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        X509SVIDResponse first = watch.next();
        watch.ask(X509SVIDRequest.getDefaultInstance());
        assertThat(watch.next()).isEqualTo(first);

        X509Svid fresh = api.identity.fresh();
        api.identity.svid = fresh;
        api.server.changed();
        X509SVIDResponse second = watch.next();
        assertThat(second.getSvids(0).getX509SvidKey().toByteArray())
                .isEqualTo(fresh.key().getEncoded());
        assertThat(second.getSvids(0).getBundle()).isEqualTo(first.getSvids(0).getBundle());
        assertThat(second.getFederatedBundlesMap()).isEqualTo(first.getFederatedBundlesMap());
        assertThat(watch.messages).isEmpty();
    }

    @Test
    @DisplayName("WA-01 nothing is said twice when nothing has changed")
    void wa01KeepsQuietWhileNothingChanges() throws Exception {
        var watch =
                api.watch(SpiffeWorkloadAPIGrpc.getFetchX509BundlesMethod(), X509BundlesRequest.getDefaultInstance());
        watch.next();
        api.server.changed();
        api.identity.bundles = api.identity.bundles.without(FakeIdentity.OTHER);
        awaitQuiet();
        api.server.changed();
        assertThat(watch.next().getBundlesMap()).containsOnlyKeys(OWN);
        assertThat(watch.messages).isEmpty();
    }

    /** Until the change told before has reached those that watch. */
    private void awaitQuiet() throws Exception {
        var other = api.watch(SpiffeWorkloadAPIGrpc.getFetchJWTBundlesMethod(), JWTBundlesRequest.getDefaultInstance());
        other.next();
    }

    @Test
    @DisplayName("WA-02 what is no more is not in the next message")
    void wa02RedactsByAbsence() throws Exception {
        var svids = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        var x509 =
                api.watch(SpiffeWorkloadAPIGrpc.getFetchX509BundlesMethod(), X509BundlesRequest.getDefaultInstance());
        var jwt = api.watch(SpiffeWorkloadAPIGrpc.getFetchJWTBundlesMethod(), JWTBundlesRequest.getDefaultInstance());
        assertThat(svids.next().getFederatedBundlesMap()).containsOnlyKeys(OTHER);
        assertThat(x509.next().getBundlesMap()).containsOnlyKeys(OWN, OTHER);
        assertThat(jwt.next().getBundlesMap()).containsOnlyKeys(OWN, OTHER);
        api.identity.bundles = api.identity.bundles.with(api.identity.bundle(
                FakeIdentity.OTHER, api.identity.otherAnchor, TrustBundle.State.DISABLED, Revocations.NONE));
        api.server.changed();
        assertThat(svids.next().getFederatedBundlesMap()).isEmpty();
        assertThat(x509.next().getBundlesMap()).containsOnlyKeys(OWN);
        assertThat(jwt.next().getBundlesMap()).containsOnlyKeys(OWN);
    }

    @Test
    @DisplayName("WA-02 an anchor that is revoked or tainted is in no bundle")
    void wa02LeavesOutRevokedAndTaintedAnchors() {
        SpkiFingerprint key =
                SpkiFingerprint.of(api.identity.otherAnchor.certificate().getPublicKey());
        for (Revocations revocations : List.of(
                new Revocations(Set.of(), Set.of(key), Map.of(), Set.of()),
                new Revocations(Set.of(), Set.of(), Map.of(), Set.of(key)))) {
            api.identity.bundles = api.identity.bundles.with(api.identity.bundle(
                    FakeIdentity.OTHER, api.identity.otherAnchor, TrustBundle.State.ACTIVE, revocations));
            assertThat(api.fetch().getFederatedBundlesMap()).isEmpty();
        }
    }

    @Test
    @DisplayName("WA-03 the own bundle always, X.509 and JWT apart, no JWT bundle with keys for anything else")
    void wa03KeepsBundlesApart() throws Exception {
        X509BundlesResponse x509 = api.stub()
                .fetchX509Bundles(X509BundlesRequest.getDefaultInstance())
                .next();
        assertThat(certificates(x509.getBundlesOrThrow(OWN))).containsExactly(api.identity.anchor.certificate());
        assertThat(certificates(x509.getBundlesOrThrow(OTHER))).containsExactly(api.identity.otherAnchor.certificate());
        JWTBundlesResponse jwt = api.stub()
                .fetchJWTBundles(JWTBundlesRequest.getDefaultInstance())
                .next();
        DecodedBundle decoded = SpiffeBundles.decode(jwt.getBundlesOrThrow(OWN).toByteArray());
        assertThat(decoded.ignored()).isEmpty();
        assertThat(decoded.bundle().anchors()).isEmpty();
        assertThat(decoded.bundle().jwtAuthorities()).containsExactly(api.identity.jwtKey.authority());
        assertThat(jwt.getBundlesOrThrow(OWN).toStringUtf8()).doesNotContain("x509-svid", "x5c");

        api.identity.bundles =
                TrustBundles.of(TrustBundle.of(FakeIdentity.DOMAIN, List.of(api.identity.anchor.certificate())));
        JWTBundlesResponse none = api.stub()
                .fetchJWTBundles(JWTBundlesRequest.getDefaultInstance())
                .next();
        assertThat(none.getBundlesOrThrow(OWN).toStringUtf8()).isEqualTo("{\"keys\":[]}");
    }

    @Test
    @DisplayName("WA-04 one identity, which needs no hint")
    void wa04GivesNoHint() {
        assertThat(api.fetch().getSvids(0).getHint()).isEmpty();
    }

    @Test
    @DisplayName("WA-05 leaf first, DER; the key in PKCS#8; the anchors in DER")
    void wa05SendsDer() throws Exception {
        X509SVID svid = api.fetch().getSvids(0);
        List<Certificate> chain = certificates(svid.getX509Svid());
        assertThat(chain).isEqualTo(new ArrayList<Certificate>(api.identity.svid.chain()));
        assertThat(svid.getX509Svid().toStringUtf8()).doesNotContain("BEGIN");
        assertThat(PrivateKeys.matches(
                        PrivateKeys.decode(svid.getX509SvidKey().toByteArray()),
                        chain.getFirst().getPublicKey()))
                .isTrue();
        assertThat(certificates(svid.getBundle())).containsExactly(api.identity.anchor.certificate());
    }

    @Test
    @DisplayName("WA-06 the first identity is the default: there is one")
    void wa06HasOneIdentity() {
        assertThat(api.fetch().getSvidsList()).hasSize(1);
    }

    @Test
    @DisplayName("WA-09 no identity, from the beginning or not any more")
    void wa09SaysWhenThereIsNoIdentity() throws Exception {
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        watch.next();
        api.identity.failure = new RpcException(RpcException.Code.UNAUTHENTICATED, "WEFT-C003: revoked");
        api.server.changed();
        assertThat(watch.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertStatus(api::fetch, Status.Code.PERMISSION_DENIED, "WEFT-S012");

        api.identity.failure = null;
        api.identity.bundles = TrustBundles.of(api.identity.bundle(
                FakeIdentity.DOMAIN, api.identity.anchor, TrustBundle.State.DISABLED, Revocations.NONE));
        assertStatus(api::fetch, Status.Code.PERMISSION_DENIED, "WEFT-S012");
        assertStatus(
                () -> api.stub()
                        .fetchJWTBundles(JWTBundlesRequest.getDefaultInstance())
                        .next(),
                Status.Code.PERMISSION_DENIED,
                "WEFT-S012");
    }

    @Test
    @DisplayName("WA-10 changes are told at a random moment of the next second, several as one")
    void wa10SpreadsUpdates() throws Exception {
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        watch.next();
        api.splayMillis = 900;
        for (X509Svid svid : Stream.generate(api.identity::fresh).limit(5).toList()) {
            api.identity.svid = svid;
            api.server.changed();
        }
        assertThat(watch.next().getSvids(0).getX509SvidKey().toByteArray())
                .isEqualTo(api.identity.svid.key().getEncoded());
        assertThat(watch.messages).isEmpty();
    }

    @Test
    @DisplayName("WA-11 nobody fills crl")
    void wa11LeavesCrlEmpty() {
        assertThat(api.fetch().getCrlList()).isEmpty();
        assertThat(api.stub()
                        .fetchX509Bundles(X509BundlesRequest.getDefaultInstance())
                        .next()
                        .getCrlList())
                .isEmpty();
    }
}
