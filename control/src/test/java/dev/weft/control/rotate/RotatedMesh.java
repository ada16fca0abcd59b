package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A control plane with two proxies that follow it over real connections, to be rotated from one anchor to the next. */
final class RotatedMesh implements AutoCloseable {

    static final RotationTimings AT_ONCE =
            new RotationTimings(Duration.ofMillis(100), Duration.ofMinutes(2), () -> Duration.ZERO, 200);

    final TrustAnchor old = Operations.anchor("old");
    final TrustAnchor next = Operations.anchor("next");
    final FakeProxy web;
    final FakeProxy api;
    TestControl control;
    private final List<FakeProxy> proxies = new ArrayList<>();

    /** One on the anchor {@link #old}, with its state in this directory. */
    RotatedMesh(Path directory) throws Exception {
        control = new TestControl(
                Operations.state(directory.resolve("state"), old), List.of("web", "api"), Clock.systemUTC(), AT_ONCE);
        web = proxy("web");
        api = proxy("api");
        awaitLeaves();
    }

    private FakeProxy proxy(String name) {
        FakeProxy proxy = new FakeProxy(
                control, name, TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(old.certificate()))));
        proxies.add(proxy);
        return proxy;
    }

    void restart(RotationTimings timings) throws Exception {
        control = new TestControl(control.state, List.of("web", "api"), Clock.systemUTC(), timings);
        proxies.forEach(proxy -> proxy.movedTo(control));
    }

    RotationStatus status() {
        return control.show().getRotation();
    }

    RotationStatus awaitStep(RotationStep step) throws Exception {
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(step));
        return status();
    }

    void awaitLeaves() throws Exception {
        TestControl.eventually(() -> {
            for (String name : List.of("web", "api")) {
                assertThat(control.proxy(name).hasLeaf()).isTrue();
                assertThat(control.proxy(name).getConnected()).isTrue();
            }
        });
    }

    BeginRotationResponse beginAnchor(boolean emergency) {
        return begin(RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(next), emergency);
    }

    BeginRotationResponse begin(RotationKind kind, String anchor, boolean emergency) {
        return control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(kind)
                        .setAnchorPem(anchor)
                        .setEmergency(emergency)
                        .build());
    }

    void supply(String chain) {
        control.operator()
                .supplyIssuer(
                        SupplyIssuerRequest.newBuilder().setChainPem(chain).build());
    }

    void rollBack() {
        control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
    }

    /** In this step, with proxy web frozen since the one before. */
    RotationStatus holdAt(Step step, boolean emergency) throws Exception {
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

    void assertRestsOn(TrustAnchor anchor, String issuer) throws Exception {
        TestControl.eventually(() -> {
            assertThat(control.show().getAnchorsList().stream()
                            .filter(info -> info.getState() != AuthorityState.AUTHORITY_STATE_REVOKED)
                            .map(AnchorInfo::getSpkiSha256))
                    .containsExactly(SpkiFingerprint.of(anchor.certificate().getPublicKey())
                            .hex());
            assertThat(control.show().getIssuers(0).getSpkiSha256()).isEqualTo(issuer);
            assertThat(control.show().getControlPlane().getIssuerSpkiSha256()).isEqualTo(issuer);
            for (String name : List.of("web", "api")) {
                assertThat(control.proxy(name).getLeaf().getIssuerSpkiSha256()).isEqualTo(issuer);
            }
            for (FakeProxy proxy : proxies) {
                assertThat(proxy.bundles().find(Operations.DOMAIN).orElseThrow().anchors())
                        .containsExactly(anchor.certificate());
            }
        });
    }

    static void refused(ThrowingCallable call, String code, String words) {
        refused(call, Status.Code.INVALID_ARGUMENT, code, words);
    }

    static void refused(ThrowingCallable call, Status.Code status, String code, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(status);
            assertThat(e.getStatus().getDescription()).startsWith(code).contains(words);
        });
    }

    @Override
    public void close() {
        proxies.forEach(FakeProxy::close);
        control.close();
    }
}
