package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import dev.weft.api.spiffe.JWTBundlesRequest;
import dev.weft.api.spiffe.JWTBundlesResponse;
import dev.weft.api.spiffe.JWTSVIDRequest;
import dev.weft.api.spiffe.JWTSVIDResponse;
import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.ValidateJWTSVIDRequest;
import dev.weft.api.spiffe.ValidateJWTSVIDResponse;
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
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Workload API, each rule of it, with the client of grpc-java. */
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

    private static void assertStatus(Runnable call, Status.Code status, String code) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(status);
            assertThat(e.getStatus().getDescription()).startsWith(code + ": ");
        });
    }

    private X509SVIDResponse fetch() {
        return api.stub().fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next();
    }

    private static List<Certificate> certificates(ByteString der) throws Exception {
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(der.toByteArray())));
    }

    @Test
    @DisplayName("WE-01 gRPC on a Unix socket")
    void we01ServesGrpcOnAUnixSocket() {
        assertThat(fetch().getSvids(0).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
    }

    @Test
    @DisplayName("WE-02 metadata missing, or not exactly true, once")
    void we02RefusesCallsWithoutTheMetadata() {
        for (String[] values :
                new String[][] {{}, {"false"}, {"True"}, {"TRUE"}, {""}, {"true", "true"}, {"true,true"}}) {
            assertStatus(
                    () -> api.stub(values)
                            .fetchX509SVID(X509SVIDRequest.getDefaultInstance())
                            .next(),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-S010");
            assertStatus(
                    () -> api.stub(values).fetchJWTSVID(JWTSVIDRequest.getDefaultInstance()),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-S010");
        }
    }

    @Test
    @DisplayName("WE-03 no TLS, no credentials of the caller: the kernel says whose process it is")
    void we03AsksTheKernelAndNotTheCaller() throws Exception {
        assertThat(new Neighbour().isOwn((int) ProcessHandle.current().pid())).isTrue();
        assertThat(new Neighbour().isOwn(0))
                .as("a process that this one cannot see")
                .isTrue();
        Path proc = directory.resolve("proc");
        for (String process : List.of("self", "7", "8")) {
            Path ns = Files.createDirectories(proc.resolve(process).resolve("ns"));
            Files.createSymbolicLink(ns.resolve("net"), Path.of(process.equals("8") ? "net:[2]" : "net:[1]"));
        }
        assertThat(new Neighbour(proc).isOwn(7)).isTrue();
        assertThat(new Neighbour(proc).isOwn(8)).as("of another pod").isFalse();
        assertThat(new Neighbour(proc).isOwn(9)).as("gone").isFalse();
    }

    @Test
    @DisplayName("WE-05 what a client may retry is Unavailable or PermissionDenied, what it must not is the others")
    void we05AnswersWithStatusesThatTellClientsWhetherToRetry() {
        assertThat(Failure.NOT_NOW.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(Failure.NO_IDENTITY.status()).isEqualTo(GrpcStatus.PERMISSION_DENIED);
        assertThat(Failure.NO_METADATA.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(Failure.NOT_SERVED.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
        api.identity.failure = new RpcException(RpcException.Code.UNAVAILABLE, "the control plane is away");
        assertStatus(this::fetch, Status.Code.UNAVAILABLE, "WEFT-S013");
    }

    @Test
    @DisplayName("WE-06 the service is the standard's and no more")
    void we06ServesTheStandardsMethodsOnly() {
        assertStatus(() -> unknown("SpiffeWorkloadAPI/FetchEverything"), Status.Code.UNIMPLEMENTED, "WEFT-S016");
        assertStatus(() -> unknown("weft.v1.Identity/Certify"), Status.Code.UNIMPLEMENTED, "WEFT-S016");
    }

    private void unknown(String method) {
        MethodDescriptor<X509SVIDRequest, X509SVIDResponse> descriptor =
                SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod().toBuilder()
                        .setFullMethodName(method)
                        .build();
        Iterator<X509SVIDResponse> answers = ClientCalls.blockingServerStreamingCall(
                ClientInterceptors.intercept(
                        api.channel(), MetadataUtils.newAttachHeadersInterceptor(ApiFixture.metadata("true"))),
                descriptor,
                CallOptions.DEFAULT,
                X509SVIDRequest.getDefaultInstance());
        answers.next();
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
            assertThat(fetch().getFederatedBundlesMap()).isEmpty();
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
        assertThat(fetch().getSvids(0).getHint()).isEmpty();
    }

    @Test
    @DisplayName("WA-05 leaf first, DER; the key in PKCS#8; the anchors in DER")
    void wa05SendsDer() throws Exception {
        X509SVID svid = fetch().getSvids(0);
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
        assertThat(fetch().getSvidsList()).hasSize(1);
    }

    @Test
    @DisplayName("WA-07 a token for the audiences asked for; no identity asked for means all")
    void wa07IssuesTokens() {
        for (String id : List.of("", FakeIdentity.ID.toString())) {
            JWTSVIDResponse response = api.stub()
                    .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                            .addAudience("db")
                            .setSpiffeId(id)
                            .build());
            assertThat(response.getSvidsList()).hasSize(1);
            assertThat(response.getSvids(0).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
            assertThat(validate("db", response.getSvids(0).getSvid()).getSpiffeId())
                    .isEqualTo(FakeIdentity.ID.toString());
        }
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("db")
                                .setSpiffeId(OWN + "/ns/shop/sa/root")
                                .build()),
                Status.Code.PERMISSION_DENIED,
                "WEFT-S012");
    }

    private ValidateJWTSVIDResponse validate(String audience, String token) {
        return api.stub()
                .validateJWTSVID(ValidateJWTSVIDRequest.newBuilder()
                        .setAudience(audience)
                        .setSvid(token)
                        .build());
    }

    @Test
    @DisplayName("WA-08 a mandatory field is missing")
    void wa08RefusesRequestsThatLackSomething() {
        assertStatus(
                () -> api.stub().fetchJWTSVID(JWTSVIDRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("db")
                                .addAudience("")
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("a".repeat(WorkloadApi.MAX_AUDIENCE + 1))
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAllAudience(Collections.nCopies(WorkloadApi.MAX_AUDIENCES + 1, "db"))
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(() -> validate("", "a.b.c"), Status.Code.INVALID_ARGUMENT, "WEFT-S014");
        assertStatus(() -> validate("db", ""), Status.Code.INVALID_ARGUMENT, "WEFT-S014");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FetchWITSVID", "FetchWITBundles"})
    @DisplayName("WA-09 the WIT profile is not served")
    void wa09DoesNotServeTheWitProfile(String method) {
        assertStatus(() -> unknown("SpiffeWorkloadAPI/" + method), Status.Code.UNIMPLEMENTED, "WEFT-S016");
    }

    @Test
    @DisplayName("WA-09 no identity, from the beginning or not any more")
    void wa09SaysWhenThereIsNoIdentity() throws Exception {
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        watch.next();
        api.identity.failure = new RpcException(RpcException.Code.UNAUTHENTICATED, "WEFT-C003: revoked");
        api.server.changed();
        assertThat(watch.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertStatus(this::fetch, Status.Code.PERMISSION_DENIED, "WEFT-S012");

        api.identity.failure = null;
        api.identity.bundles = TrustBundles.of(api.identity.bundle(
                FakeIdentity.DOMAIN, api.identity.anchor, TrustBundle.State.DISABLED, Revocations.NONE));
        assertStatus(this::fetch, Status.Code.PERMISSION_DENIED, "WEFT-S012");
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
        assertThat(fetch().getCrlList()).isEmpty();
        assertThat(api.stub()
                        .fetchX509Bundles(X509BundlesRequest.getDefaultInstance())
                        .next()
                        .getCrlList())
                .isEmpty();
    }

    @Test
    void validatesTokensAndSaysWhyOneIsRefused() {
        String token = api.identity.jwtSvid(List.of("db", "cache")).join().token();
        ValidateJWTSVIDResponse valid = validate("cache", token);
        assertThat(valid.getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
        assertThat(valid.getClaims().getFieldsOrThrow("aud").getListValue().getValuesList())
                .extracting(Value::getStringValue)
                .containsExactly("db", "cache");
        assertThat(valid.getClaims().getFieldsOrThrow("exp").getNumberValue()).isPositive();
        assertStatus(() -> validate("web", token), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertStatus(() -> validate("db", token + "A"), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertStatus(() -> validate("db", "a".repeat(9000)), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
    }

    @Test
    void refusesTheTokensOfAnIdentityThatWasRevokedAndTakesNewerOnes() {
        String before = api.identity.jwtSvid(List.of("db")).join().token();
        assertThat(validate("db", before).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
        revoked(Instant.now().plusSeconds(60));
        assertStatus(() -> validate("db", before), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertThatThrownBy(() -> validate("db", before)).hasMessageContaining("are revoked [REVOKED_IDENTITY");

        revoked(Instant.now().minusSeconds(60));
        assertThat(validate("db", api.identity.jwtSvid(List.of("db")).join().token())
                        .getSpiffeId())
                .as("one from after the moment")
                .isEqualTo(FakeIdentity.ID.toString());
    }

    private void revoked(Instant before) {
        api.identity.bundles = TrustBundles.of(api.identity.bundle(
                FakeIdentity.DOMAIN,
                api.identity.anchor,
                TrustBundle.State.ACTIVE,
                new Revocations(Set.of(), Set.of(), Map.of(FakeIdentity.ID, before), Set.of())));
    }
}
