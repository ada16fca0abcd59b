package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.WatchRotationRequest;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotations of a control plane with proxies that follow it, over real connections. */
final class RotationTest {

    private static final Pace AT_ONCE = new Pace(Duration.ofMillis(100), () -> Duration.ZERO, 200);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final TrustAnchor old = Operations.anchor("old");
    private final TrustAnchor next = Operations.anchor("next");
    private final List<FakeProxy> proxies = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TestControl control;

    @SuppressWarnings("NullAway.Init")
    private FakeProxy web;

    @SuppressWarnings("NullAway.Init")
    private FakeProxy api;

    @BeforeEach
    void start() throws Exception {
        control = plane(AT_ONCE);
        web = proxy("web");
        api = proxy("api");
        awaitLeaves();
    }

    @AfterEach
    void stop() {
        proxies.forEach(FakeProxy::close);
        control.close();
    }

    @Test
    void rotatesTheAnchorAndRefusesTheOldOneAfterwards() throws Exception {
        X509Svid before = Objects.requireNonNull(web.svid());
        BeginRotationResponse begun = beginAnchor(false);
        assertThat(begun.getStatus().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        assertThat(control.show().getAnchorsList())
                .as("nothing is published yet")
                .hasSize(1);
        supply(Operations.sign(next, begun.getCsrPem()));
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getFinished()).isTrue();
        assertThat(done.getCanRollBack()).isFalse();
        assertThat(done.getPlanList())
                .containsExactly(
                        RotationStep.ROTATION_STEP_PREPARE,
                        RotationStep.ROTATION_STEP_PUBLISH,
                        RotationStep.ROTATION_STEP_ISSUE,
                        RotationStep.ROTATION_STEP_REISSUE,
                        RotationStep.ROTATION_STEP_RETIRE,
                        RotationStep.ROTATION_STEP_DONE);
        assertRestsOn(next, done.getNewIssuerSpkiSha256());
        assertThat(SvidVerifier.verify(before.chain(), web.bundles(), Instant.now()))
                .isInstanceOf(Verification.Rejected.class);
        assertThat(FakeProxy.attempt(control, web.bundles(), before).getCode()).isNotEqualTo(Status.Code.OK);
        assertThat(FakeProxy.attempt(control, web.bundles(), Objects.requireNonNull(web.svid()))
                        .isOk())
                .isTrue();
        assertThat(Files.exists(control.state.resolve("former/issuer-key.pem"))).isFalse();
        assertThat(Files.exists(control.state.resolve("pending/issuer-key.pem")))
                .isFalse();
    }

    @Test
    void rotatesTheIssuerUnderTheSameAnchor() throws Exception {
        BeginRotationResponse begun = begin(RotationKind.ROTATION_KIND_ISSUER, "", false);
        supply(Operations.sign(old, begun.getCsrPem()));
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getPlanList()).doesNotContain(RotationStep.ROTATION_STEP_RETIRE);
        assertRestsOn(old, done.getNewIssuerSpkiSha256());
        assertThat(control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_RETIRING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUBLISH", "REISSUE", "RETIRE"})
    void waitsForAProxyThatDoesNotFollowAndNamesIt(String step) throws Exception {
        RotationStatus waiting = holdAt(Step.valueOf(step), false);
        assertThat(waiting.getWaitingForList()).extracting(Awaited::getWorkload).containsExactly("shop/web");
        assertThat(waiting.getWaitingFor(0).getReason()).isNotEmpty();
        assertThat(waiting.getDone()).isEqualTo(1);
        assertThat(waiting.getTotal()).isEqualTo(2);
        control.operator()
                .forceWithout(ForceWithoutRequest.newBuilder()
                        .addWorkloads("shop/web")
                        .build());
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getForcedWithoutList()).containsExactly("shop/web");
    }

    @Test
    void goesOnWithoutThoseOnlyThatItWaitsFor() throws Exception {
        holdAt(Step.PUBLISH, false);
        refused(
                () -> control.operator()
                        .forceWithout(ForceWithoutRequest.newBuilder()
                                .addWorkloads("shop/api")
                                .build()),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "shop/web");
        refused(
                () -> control.operator().forceWithout(ForceWithoutRequest.getDefaultInstance()),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "no proxy is named");
    }

    /** A process that died left the step written down, and its work undone, half done or done. */
    @ParameterizedTest
    @CsvSource({
        "PUBLISH, PUBLISH, false",
        "PUBLISH, ISSUE, false",
        "REISSUE, ISSUE, false",
        "REISSUE, REISSUE, false",
        "RETIRE, RETIRE, false",
        "RETIRE, DONE, false",
        "REISSUE, TAINT, true",
        "RETIRE, RETIRE, true",
    })
    void goesOnAfterARestartAtEachStep(Step held, Step left, boolean emergency) throws Exception {
        holdAt(held, emergency);
        control.close();
        Path file = control.state.resolve("rotation.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "\"step\":\"" + held.name().toLowerCase(java.util.Locale.ROOT) + "\"",
                                "\"step\":\"" + left.name().toLowerCase(java.util.Locale.ROOT) + "\""));
        restart(AT_ONCE);
        web.thaw();
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertRestsOn(next, done.getNewIssuerSpkiSha256());
    }

    @Test
    void waitsForItsIssuerAlsoAfterARestart() throws Exception {
        BeginRotationResponse begun = beginAnchor(false);
        control.close();
        restart(AT_ONCE);
        assertThat(status().getCsrPem()).isEqualTo(begun.getCsrPem());
        supply(Operations.sign(next, status().getCsrPem()));
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getCsrPem()).isEmpty();
        assertRestsOn(next, done.getNewIssuerSpkiSha256());
    }

    @ParameterizedTest
    @CsvSource({"PUBLISH, false", "REISSUE, false", "PUBLISH, true"})
    void rollsBackFromEachStepThatHasAWayBack(Step step, boolean emergency) throws Exception {
        RotationStatus held = holdAt(step, emergency);
        assertThat(held.getCanRollBack()).isTrue();
        control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
        web.thaw();
        RotationStatus back = awaitStep(RotationStep.ROTATION_STEP_ROLLED_BACK);
        assertThat(back.getPlanList()).endsWith(RotationStep.ROTATION_STEP_WITHDRAW, back.getStep());
        assertRestsOn(old, back.getOldIssuerSpkiSha256());
        assertThat(control.show().getIssuersList())
                .as("nothing of the attempt is left")
                .hasSize(1);
    }

    @Test
    void rollsBackWhatHasOnlyBeenPrepared() throws Exception {
        beginAnchor(false);
        assertThat(control.operator()
                        .rollBackRotation(RollBackRotationRequest.getDefaultInstance())
                        .getStep())
                .isEqualTo(RotationStep.ROTATION_STEP_ROLLED_BACK);
        assertThat(Files.exists(control.state.resolve("pending/issuer-key.pem")))
                .isFalse();
        refused(this::rollBack, Status.Code.NOT_FOUND, "WEFT-C045", "no rotation runs");
    }

    @Test
    void doesNotRollBackOnceWhatWasIsTakenAway() throws Exception {
        RotationStatus held = holdAt(Step.RETIRE, false);
        assertThat(held.getCanRollBack()).isFalse();
        refused(this::rollBack, Status.Code.FAILED_PRECONDITION, "WEFT-C046", "rotate again");
    }

    @Test
    void doesNotRollBackToKeysThatAreTainted() throws Exception {
        assertThat(holdAt(Step.REISSUE, true).getCanRollBack()).isFalse();
        refused(this::rollBack, Status.Code.FAILED_PRECONDITION, "WEFT-C046", "rotate again");
    }

    @Test
    void taintsCompromisedKeysBeforeItRevokesThem() throws Exception {
        X509Svid stolen = Objects.requireNonNull(api.svid());
        RotationStatus held = holdAt(Step.REISSUE, true);
        assertThat(control.show().getAnchorsList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_TAINTED);
        assertThat(FakeProxy.attempt(control, api.bundles(), stolen).getCode())
                .as("it gets no certificate by one of the old issuer")
                .isNotEqualTo(Status.Code.OK);
        assertThat(new SvidVerifier(api.bundles()).verifyEstablished(stolen.chain(), Instant.now()))
                .as("sessions that stand stay")
                .isInstanceOf(Verification.Verified.class);
        assertThat(control.proxy("web").getConnected())
                .as("the stream by which it hears of it stands")
                .isTrue();
        web.thaw();
        awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertRestsOn(next, held.getNewIssuerSpkiSha256());
        assertThat(new SvidVerifier(api.bundles()).verifyEstablished(stolen.chain(), Instant.now()))
                .isInstanceOf(Verification.Rejected.class);
        assertThat(control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_REVOKED
                        && info.getSpkiSha256().equals(held.getOldIssuerSpkiSha256()));
    }

    @Test
    void revokesACompromisedIssuerAndKeepsItsAnchor() throws Exception {
        BeginRotationResponse begun = begin(RotationKind.ROTATION_KIND_ISSUER, "", true);
        supply(Operations.sign(old, begun.getCsrPem()));
        RotationStatus done = awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertRestsOn(old, done.getNewIssuerSpkiSha256());
        assertThat(control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_REVOKED);
    }

    @Test
    void leavesFederatedTrustDomainsTheirTime() throws Exception {
        control.close();
        restart(AT_ONCE.withFederationGrace(() -> Duration.ofMinutes(5)));
        awaitLeaves();
        supply(Operations.sign(next, beginAnchor(false).getCsrPem()));
        TestControl.eventually(() -> assertThat(status().getObstacle())
                .contains("other trust domains")
                .contains("until"));
        assertThat(status().getWaitingForList()).isEmpty();
        assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH);
    }

    @Test
    void followsARotationToItsEnd() throws Exception {
        refused(
                () -> control.operator()
                        .watchRotation(WatchRotationRequest.getDefaultInstance())
                        .next(),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "no rotation");
        BeginRotationResponse begun = beginAnchor(false);
        var statuses = control.operator().watchRotation(WatchRotationRequest.getDefaultInstance());
        assertThat(statuses.next().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        supply(Operations.sign(next, begun.getCsrPem()));
        RotationStatus last = statuses.next();
        while (statuses.hasNext()) {
            last = statuses.next();
        }
        assertThat(last.getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE);
    }

    @Test
    void runsOneAtATime() throws Exception {
        beginAnchor(false);
        refused(() -> beginAnchor(false), Status.Code.FAILED_PRECONDITION, "WEFT-C044", "roll it back");
        refused(
                () -> control.operator().createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C044",
                "roll it back");
    }

    @Test
    void refusesAnIssuerThatIsNotUnderTheNewAnchor() throws Exception {
        BeginRotationResponse begun = beginAnchor(false);
        refused(
                () -> supply(Operations.sign(old, begun.getCsrPem())),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C041",
                "new anchor");
        assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        supply(Operations.sign(next, begun.getCsrPem()));
        refused(
                () -> supply(Operations.sign(next, begun.getCsrPem())),
                awaitStep(RotationStep.ROTATION_STEP_DONE).getFinished()
                        ? Status.Code.NOT_FOUND
                        : Status.Code.FAILED_PRECONDITION,
                "WEFT-C04",
                "rotation");
    }

    @Test
    void refusesAnchorsThatCannotBeRotatedTo() {
        refused(() -> begin(RotationKind.ROTATION_KIND_ANCHOR, "hello", false), "WEFT-C040", "cannot be read");
        refused(
                () -> begin(RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(next) + Operations.pem(old), false),
                "WEFT-C040",
                "2 certificates");
        refused(() -> begin(RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(old), false), "WEFT-C040", "in use");
        refused(() -> begin(RotationKind.ROTATION_KIND_ISSUER, Operations.pem(next), false), "WEFT-C040", "anchor");
        refused(
                () -> begin(RotationKind.ROTATION_KIND_UNSPECIFIED, Operations.pem(next), false),
                "WEFT-C040",
                "kind of rotation");
    }

    /** In this step, with proxy web frozen since the one before. */
    private RotationStatus holdAt(Step step, boolean emergency) throws Exception {
        BeginRotationResponse begun = beginAnchor(emergency);
        if (step == Step.PUBLISH) {
            web.freeze();
        } else {
            web.freezeAt(step == Step.REISSUE ? FakeProxy.Moment.RENEWAL : FakeProxy.Moment.WITHOUT, old);
        }
        supply(Operations.sign(next, begun.getCsrPem()));
        awaitStep(step.wire());
        TestControl.eventually(() -> assertThat(status().getWaitingForList())
                .extracting(Awaited::getWorkload)
                .containsExactly("shop/web"));
        return status();
    }

    private void assertRestsOn(TrustAnchor anchor, String issuer) throws Exception {
        assertThat(control.show().getAnchorsList().stream()
                        .filter(info -> info.getState() != AuthorityState.AUTHORITY_STATE_REVOKED)
                        .map(AnchorInfo::getSpkiSha256))
                .containsExactly(
                        SpkiFingerprint.of(anchor.certificate().getPublicKey()).hex());
        assertThat(control.show().getIssuers(0).getSpkiSha256()).isEqualTo(issuer);
        assertThat(control.show().getControlPlane().getIssuerSpkiSha256()).isEqualTo(issuer);
        TestControl.eventually(() -> {
            for (String name : List.of("web", "api")) {
                assertThat(control.proxy(name).getLeaf().getIssuerSpkiSha256()).isEqualTo(issuer);
            }
            for (FakeProxy proxy : proxies) {
                assertThat(proxy.bundles().find(Operations.DOMAIN).orElseThrow().anchors())
                        .containsExactly(anchor.certificate());
            }
        });
    }

    private RotationStatus status() {
        return control.show().getRotation();
    }

    private RotationStatus awaitStep(RotationStep step) throws Exception {
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(step));
        return status();
    }

    private void awaitLeaves() throws Exception {
        TestControl.eventually(() -> {
            for (String name : List.of("web", "api")) {
                assertThat(control.proxy(name).hasLeaf()).isTrue();
                assertThat(control.proxy(name).getConnected()).isTrue();
            }
        });
    }

    private BeginRotationResponse beginAnchor(boolean emergency) {
        return begin(RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(next), emergency);
    }

    private BeginRotationResponse begin(RotationKind kind, String anchor, boolean emergency) {
        return control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(kind)
                        .setAnchorPem(anchor)
                        .setEmergency(emergency)
                        .build());
    }

    private void supply(String chain) {
        control.operator()
                .supplyIssuer(
                        SupplyIssuerRequest.newBuilder().setChainPem(chain).build());
    }

    private void rollBack() {
        control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
    }

    private TestControl plane(Pace pace) throws Exception {
        return new TestControl(
                Operations.state(directory.resolve("state"), old), List.of("web", "api"), Clock.systemUTC(), pace);
    }

    private void restart(Pace pace) throws Exception {
        control = new TestControl(control.state, List.of("web", "api"), Clock.systemUTC(), pace);
        proxies.forEach(proxy -> proxy.movedTo(control));
    }

    private FakeProxy proxy(String name) {
        FakeProxy proxy = new FakeProxy(
                control, name, TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(old.certificate()))));
        proxies.add(proxy);
        return proxy;
    }

    private static void refused(ThrowingCallable call, String code, String words) {
        refused(call, Status.Code.INVALID_ARGUMENT, code, words);
    }

    private static void refused(ThrowingCallable call, Status.Code status, String code, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(status);
            assertThat(e.getStatus().getDescription()).startsWith(code).contains(words);
        });
    }
}
