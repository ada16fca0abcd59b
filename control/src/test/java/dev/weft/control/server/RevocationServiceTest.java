package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.api.v1.SetTrustDomainStateRequest;
import dev.weft.api.v1.SetTrustDomainStateResponse;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.ControlPlane;
import dev.weft.control.SettableClock;
import dev.weft.control.TestControlPlanes;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.StateException;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators revoke and disable, through a whole control plane: its socket, its state, its sidecars. */
final class RevocationServiceTest {

    private static final String MESH = """
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: web, namespace: shop}, spec: {serviceAccount: web}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api, namespace: shop}, spec: {serviceAccount: api}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: other.example}, spec: {}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: shut.example}, spec: {state: Disabled}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: of-a-file}, spec: {certificate: {serialNumber: "0A"}}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane plane;

    @SuppressWarnings("NullAway.Init")
    private OperatorChannel operator;

    private Path registry() {
        return directory.resolve("mesh.yaml");
    }

    private Path state() {
        return directory.resolve("state");
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(registry(), MESH);
        open();
    }

    private void open() throws Exception {
        plane = TestControlPlanes.start(registry(), state(), TestPlane.DOMAIN.name(), Clock.systemUTC());
        operator = OperatorChannel.open(state());
    }

    @AfterEach
    void stop() {
        operator.close();
        plane.close();
    }

    @Test
    void waitsForTheSidecarsAndTellsTheOneThatItCutsOff() throws Exception {
        try (TestClient web = client(TestPlane.WEB);
                TestClient api = client(TestPlane.API)) {
            TestWatch ofWeb = watching(web, "shop/web");
            TestWatch ofApi = watching(api, "shop/api");
            CompletableFuture<RevokeResponse> answer =
                    CompletableFuture.supplyAsync(() -> revocations().revoke(identity(TestPlane.WEB, 20_000)));

            assertThat(bundle(ofWeb.receive()).getRevokedIdentities(0).getSpiffeId())
                    .as("told before its stream ends")
                    .isEqualTo(TestPlane.WEB.toString());
            assertThat(ofWeb.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            WatchResponse told = ofApi.receive();
            assertThat(answer).as("not acknowledged").isNotDone();
            ofApi.acknowledge(told.getNonce());

            RevokeResponse response = answer.get(20, TimeUnit.SECONDS);
            assertThat(response.getSpread().getAcknowledgedList()).containsExactly("shop/api");
            assertThat(response.getSpread().getCutOffList()).containsExactly("shop/web");
            assertThat(response.getSpread().getMissingList()).isEmpty();
            assertThat(Instant.ofEpochSecond(response.getRevocation().getExpires()))
                    .as("after the longest life")
                    .isBetween(
                            Instant.now().plus(Duration.ofDays(7)),
                            Instant.now().plus(Duration.ofDays(8)));

            TestWatch again = web.watch();
            again.hello("shop/web", Map.of());
            assertThat(again.end().getDescription()).contains("from before");
        }
    }

    @Test
    void namesWhoHasNotAcknowledgedInTime() throws Exception {
        try (TestClient api = client(TestPlane.API)) {
            TestWatch ofApi = watching(api, "shop/api");
            RevokeResponse response = revocations().revoke(serial("0b", 200));

            assertThat(ofApi.receive().getResourcesCount()).isEqualTo(1);
            assertThat(response.getSpread().getAcknowledgedList()).isEmpty();
            assertThat(response.getSpread().getMissingList())
                    .satisfiesExactly(
                            missing -> {
                                assertThat(missing.getWorkload()).isEqualTo("shop/api");
                                assertThat(missing.getReason()).contains("has not answered");
                            },
                            missing -> {
                                assertThat(missing.getWorkload()).isEqualTo("shop/web");
                                assertThat(missing.getReason()).contains("is not connected");
                            });
        }
    }

    @Test
    void keepsWhatIsRevokedAndTakesItBack() throws Exception {
        RevocationInfo made = revocations()
                .revoke(serial("0c", 0).toBuilder().setReason("lost").build())
                .getRevocation();
        assertThat(revocations().revoke(serial("0C", 0)).getRevocation().getId())
                .as("the same again")
                .isEqualTo(made.getId());
        assertThat(revocations().revoke(serial("000c", 0)).getRevocation().getId())
                .as("the same number")
                .isEqualTo(made.getId());
        stop();
        open();

        assertThat(listed()).extracting(RevocationInfo::getId).containsExactly(made.getId(), "of-a-file");
        assertThat(listed().getFirst().getReason()).isEqualTo("lost");
        assertThat(listed().getFirst().getCanUndo()).isTrue();
        assertThat(listed().getLast().getCanUndo()).isFalse();
        assertThat(serials()).containsExactlyInAnyOrder("a", "c");

        revocations().undoRevocation(undo(made.getId().substring(0, 14)));
        assertThat(serials()).containsExactly("a");
        assertThat(refusal(() -> revocations().undoRevocation(undo(made.getId())), Status.Code.NOT_FOUND))
                .startsWith("WEFT-C031: there is no revocation");
        assertThat(refusal(() -> revocations().undoRevocation(undo("of-a-file")), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C035: ");
    }

    @Test
    void aLaterMomentCountsAndAnEarlierDoesNot() throws Exception {
        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        revocations().revoke(identity(TestPlane.API, early.plusSeconds(60)));
        revocations().revoke(identity(TestPlane.API, early));
        assertThat(issuedBefore()).isEqualTo(early.plusSeconds(60));
        revocations().revoke(identity(TestPlane.API, early.plusSeconds(90)));
        assertThat(issuedBefore()).isEqualTo(early.plusSeconds(90));
    }

    @Test
    void refusesWhatCannotBeUsed() {
        assertThat(refused(RevokeRequest.getDefaultInstance(), Status.Code.INVALID_ARGUMENT))
                .isEqualTo("WEFT-C030: nothing to revoke (expected: a certificate, identity or issuer)");
        assertThat(refused(serial("xyz", 0), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: certificate.serialNumber: xyz (expected: ");
        assertThat(refused(serial("1", 60_001), Status.Code.INVALID_ARGUMENT)).startsWith("WEFT-C030: wait");
        assertThat(refused(serial("1", 0).toBuilder().setTrustDomain("A B").build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: trustDomain: ");
        assertThat(refused(serial("1", 0).toBuilder().setExpires(Long.MAX_VALUE).build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: expires: ");
        assertThat(refused(serial("1", 0).toBuilder().setExpires(1).build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: expires: 1970-01-01T00:00:01Z (expected: a time to come)");
        assertThat(listed()).as("of the file").hasSize(1);
    }

    @Test
    void whatWasIssuedInTheSameSecondAsARevocationIsRefusedByTheNext() throws Exception {
        stop();
        Instant now = Instant.now();
        plane = TestControlPlanes.start(registry(), state(), TestPlane.DOMAIN.name(), Clock.fixed(now, ZoneOffset.UTC));
        operator = OperatorChannel.open(state());
        revocations().revoke(identity(TestPlane.API, 0));
        assertThat(issuedBefore()).isEqualTo(now.truncatedTo(ChronoUnit.SECONDS));
        revocations().revoke(identity(TestPlane.API, 0));
        assertThat(issuedBefore()).isEqualTo(now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
    }

    @Test
    void keepsAllThatAreRevokedAtOnce() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RevokeResponse>> answers = IntStream.rangeClosed(0x10, 0x2f)
                    .mapToObj(n -> callers.submit(() -> revocations().revoke(serial(Integer.toHexString(n), 0))))
                    .toList();
            for (Future<RevokeResponse> answer : answers) {
                answer.get();
            }
        }
        assertThat(listed()).hasSize(0x20 + 1);
    }

    @Test
    void startsNotWithoutWhatWasRevoked() throws Exception {
        revocations().revoke(serial("0c", 0));
        plane.close();
        Path kept = state().resolve("objects").resolve("revocations.yaml");
        String good = Files.readString(kept);
        Files.writeString(kept, good.substring(0, good.length() / 2));
        assertThatThrownBy(
                        () -> TestControlPlanes.start(registry(), state(), TestPlane.DOMAIN.name(), Clock.systemUTC()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("revocations.yaml");
        Files.writeString(kept, good);
        open();
        assertThat(serials()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void whatHasEndedIsTrustedAgainAndComesBackWithAClockThatRanAhead() throws Exception {
        stop();
        SettableClock clock = new SettableClock(Instant.now());
        plane = TestControlPlanes.start(registry(), state(), TestPlane.DOMAIN.name(), clock);
        operator = OperatorChannel.open(state());
        Instant end = clock.instant().plus(Duration.ofHours(1));
        revocations()
                .revoke(serial("0c", 0).toBuilder()
                        .setExpires(end.getEpochSecond())
                        .build());
        clock.set(end.plusSeconds(60));
        assertThat(serials()).containsExactly("a");
        assertThat(revocations()
                        .listRevocations(ListRevocationsRequest.getDefaultInstance())
                        .getEndedList())
                .as("kept for clocks that come back")
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.getTarget().getSerialNumber()).isEqualTo("c");
                    assertThat(ended.getCanUndo()).isTrue();
                });
        clock.set(end.minusSeconds(60));
        assertThat(serials()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void saysHowLongEachAnchorLives() throws Exception {
        X509Certificate anchor = Pem.decodeCertificates(Files.readString(state().resolve("anchor.pem")))
                .getFirst();
        assertThat(domains()
                        .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                        .getTrustDomains(0)
                        .getAnchorLivesList())
                .singleElement()
                .satisfies(life -> {
                    assertThat(life.getSubject())
                            .isEqualTo(anchor.getSubjectX500Principal().getName());
                    assertThat(life.getNotAfter())
                            .isEqualTo(anchor.getNotAfter().toInstant().getEpochSecond());
                });
    }

    @Test
    void refusesToCutOffItsOwnMesh() throws Exception {
        X509Certificate issuer = Pem.decodeCertificates(Files.readString(state().resolve("issuer.pem")))
                .getFirst();
        RevocationTarget key = RevocationTarget.newBuilder()
                .setIssuerKeySha256(SpkiFingerprint.of(issuer.getPublicKey()).hex())
                .build();
        assertThat(refused(RevokeRequest.newBuilder().setTarget(key).build(), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ")
                .contains("weft issuer rotate --emergency");
        assertThat(refused(serial(issuer.getSerialNumber().toString(16), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ");
        assertThat(refused(identity(ControlServer.identity(TestPlane.DOMAIN), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ");
        assertThat(refused(serial(served(), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: the control plane's own certificate would be refused");
        assertThat(listed()).hasSize(1);
    }

    @Test
    void refusesMoreRevocationsThanThereMayBe() throws Exception {
        Files.writeString(
                registry(),
                IntStream.range(0, 10_000)
                        .mapToObj(n -> """
                                {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: r%d}, spec: {certificate: {serialNumber: "%x"}}}
                                """.formatted(n, n + 1))
                        .collect(Collectors.joining("---\n")));
        stop();
        open();
        assertThat(refused(serial("ffffff", 0), Status.Code.RESOURCE_EXHAUSTED)).startsWith("WEFT-C036: ");
    }

    @Test
    void saysSoWhenItCannotKeepARevocation() throws Exception {
        Files.createDirectory(state().resolve("objects").resolve("revocations.yaml"));
        assertThat(refused(serial("ff", 0), Status.Code.UNAVAILABLE)).startsWith("WEFT-C037: ");
    }

    @Test
    void aTrustDomainIsDisabledUntilItIsEnabledAlsoAfterARestart() throws Exception {
        try (TestClient api = client(TestPlane.API)) {
            TestWatch ofApi = watching(api, "shop/api");
            SetTrustDomainStateResponse answer = domains().setTrustDomainState(state("other.example", true));
            TrustBundle told = bundle(ofApi.next());
            assertThat(told.getTrustDomain()).isEqualTo("other.example");
            assertThat(told.getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
            assertThat(answer.getTrustDomain().getReason()).isEqualTo("test");
        }
        stop();
        open();
        assertThat(domain("other.example").getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
        assertThat(domain("test.example").getOwn()).isTrue();
        assertThat(domain("test.example").getAnchors()).isEqualTo(1);
        assertThat(domain("test.example").getRevoked()).isEqualTo(1);
        assertThat(domain("test.example").getProxies()).isEqualTo(2);

        domains().setTrustDomainState(state("other.example", false));
        assertThat(domain("other.example").getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE);
        assertThat(domain("other.example").getReason()).isEmpty();
    }

    @Test
    void refusesStatesThatCannotBe() {
        assertThat(refusal(
                        () -> domains().setTrustDomainState(state("test.example", true)),
                        Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C033: ");
        assertThat(refusal(() -> domains().setTrustDomainState(state("nobody.example", true)), Status.Code.NOT_FOUND))
                .startsWith("WEFT-C034: ");
        assertThat(refusal(
                        () -> domains().setTrustDomainState(state("shut.example", false)),
                        Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C035: ");
        assertThat(refusal(() -> domains().setTrustDomainState(state("a/b", true)), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ");
        SetTrustDomainStateRequest none =
                state("other.example", true).toBuilder().clearState().build();
        assertThat(refusal(() -> domains().setTrustDomainState(none), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ");
        SetTrustDomainStateRequest wordy =
                state("other.example", true).toBuilder().setReason("a\nb").build();
        assertThat(refusal(() -> domains().setTrustDomainState(wordy), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ");
    }

    private RevocationOperatorGrpc.RevocationOperatorBlockingStub revocations() {
        return RevocationOperatorGrpc.newBlockingStub(operator.channel()).withDeadlineAfter(40, TimeUnit.SECONDS);
    }

    private TrustDomainOperatorGrpc.TrustDomainOperatorBlockingStub domains() {
        return TrustDomainOperatorGrpc.newBlockingStub(operator.channel()).withDeadlineAfter(40, TimeUnit.SECONDS);
    }

    /** Of the certificate that the control plane shows to those who connect. */
    private String served() {
        return TrustOperatorGrpc.newBlockingStub(operator.channel())
                .showTrust(ShowTrustRequest.getDefaultInstance())
                .getControlPlane()
                .getSerialNumber();
    }

    private static RevokeRequest serial(String hex, int wait) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder().setSerialNumber(hex))
                .setWaitMillis(wait)
                .build();
    }

    private static RevokeRequest identity(SpiffeId id, int wait) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder().setSpiffeId(id.toString())))
                .setWaitMillis(wait)
                .build();
    }

    private static RevokeRequest identity(SpiffeId id, Instant issuedBefore) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId(id.toString())
                                .setIssuedBefore(issuedBefore.getEpochSecond())))
                .build();
    }

    private static UndoRevocationRequest undo(String id) {
        return UndoRevocationRequest.newBuilder().setId(id).build();
    }

    private static SetTrustDomainStateRequest state(String domain, boolean disabled) {
        return SetTrustDomainStateRequest.newBuilder()
                .setTrustDomain(domain)
                .setState(
                        disabled
                                ? TrustDomainState.TRUST_DOMAIN_STATE_DISABLED
                                : TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                .setReason(disabled ? "test" : "")
                .build();
    }

    private List<RevocationInfo> listed() {
        return revocations()
                .listRevocations(ListRevocationsRequest.getDefaultInstance())
                .getRevocationsList();
    }

    private TrustDomainInfo domain(String name) {
        return domains().listTrustDomains(ListTrustDomainsRequest.getDefaultInstance()).getTrustDomainsList().stream()
                .filter(info -> info.getTrustDomain().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> serials() {
        return listed().stream().map(info -> info.getTarget().getSerialNumber()).toList();
    }

    private Instant issuedBefore() {
        return listed().stream()
                .filter(info -> info.getTarget().hasIdentity())
                .map(info ->
                        Instant.ofEpochSecond(info.getTarget().getIdentity().getIssuedBefore()))
                .findFirst()
                .orElseThrow();
    }

    private String refused(RevokeRequest request, Status.Code code) {
        return refusal(() -> revocations().revoke(request), code);
    }

    private static String refusal(ThrowingCallable call, Status.Code code) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
        return String.valueOf(failure.getStatus().getDescription());
    }

    private static TrustBundle bundle(WatchResponse response) {
        assertThat(response.getResourcesList()).hasSize(1);
        return response.getResources(0).getTrustBundle();
    }

    /** A stream whose sidecar has acknowledged what it was told at first. */
    private static TestWatch watching(TestClient client, String workload) throws Exception {
        TestWatch watch = client.watch();
        watch.hello(workload, Map.of());
        watch.next();
        return watch;
    }

    /** A sidecar with the certificate that the control plane gave it for a token. */
    private TestClient client(SpiffeId id) throws Exception {
        TrustBundles trusted = TrustBundles.of(dev.weft.identity.trust.TrustBundle.of(
                TestPlane.DOMAIN, Pem.decodeCertificates(Files.readString(state().resolve("anchor.pem")))));
        ControlState kept = ControlState.load(state(), TestPlane.DOMAIN);
        String token = new JoinTokens(kept.tokens(), Clock.systemUTC()).create(id, Duration.ofMinutes(1));
        KeyPair keys = KeyPairs.generateP256();
        try (TestClient nobody = new TestClient(plane.port(), trusted, Optional.empty())) {
            List<X509Certificate> chain = Certificates.decodeAll(
                    nobody
                            .certify(CertificateSigningRequests.create(keys, id), token)
                            .getCertificateChainList()
                            .stream()
                            .map(ByteString::toByteArray)
                            .toList());
            return new TestClient(plane.port(), trusted, Optional.of(new X509Svid(id, chain, keys.getPrivate())));
        }
    }
}
