package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.token.TokenCheck;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever was shut out on purpose holds up no rotation. */
final class ExcludedProxiesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final TrustAnchor anchor = Operations.anchor("anchor");

    /** As after a machine joined and, if that is asked for, was revoked. */
    private Path state(boolean revoked) throws Exception {
        Path state = Operations.state(directory.resolve("state"), anchor);
        Clock clock = Clock.systemUTC();
        ControlState kept = ControlState.initialise(state, Operations.DOMAIN, Clock.systemUTC());
        JoinTokens tokens = new JoinTokens(kept.tokens(), clock);
        SpiffeId id = SpiffeId.ofServiceAccount(Operations.DOMAIN, "shop", "laptop");
        String token = tokens.grant(id, Optional.of("shop/laptop"), Duration.ofMinutes(5))
                .token();
        TokenCheck.Accepted used = (TokenCheck.Accepted) tokens.consume(token);
        Machines machines = new Machines(kept.machines(), clock);
        machines.joined(used.token(), Operations.anchor("its own").certificate(), "192.0.2.7");
        if (revoked) {
            assertThat(machines.revoke(used.token().id())).isPresent();
        }
        return state;
    }

    @Test
    void aRevokedMachineIsNotWaitedFor() throws Exception {
        try (TestControl control = rotated(state(true))) {
            TestControl.eventually(
                    () -> assertThat(control.show().getRotation().getFinished()).isTrue());
            assertThat(control.show().getRotation().getForcedWithoutList()).isEmpty();
        }
    }

    @Test
    void aMachineThatIsOnlyAwayIsWaitedFor() throws Exception {
        try (TestControl control = rotated(state(false))) {
            TestControl.eventually(() -> assertThat(control.show().getRotation().getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .containsExactly("shop/laptop"));
        }
    }

    private TestControl rotated(Path state) throws Exception {
        TestControl control = new TestControl(state, List.of("web", "laptop"), Clock.systemUTC(), RotatedMesh.AT_ONCE);
        try (FakeProxy _ = new FakeProxy(
                control, "web", TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(anchor.certificate()))))) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            TrustAnchor next = Operations.anchor("next");
            String csr = control.operator()
                    .beginRotation(BeginRotationRequest.newBuilder()
                            .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                            .setAnchorPem(Operations.pem(next))
                            .build())
                    .getCsrPem();
            var _ = control.operator()
                    .supplyIssuer(SupplyIssuerRequest.newBuilder()
                            .setChainPem(Operations.sign(next, csr))
                            .build());
            TestControl.eventually(() -> {
                RotationStatus status = control.show().getRotation();
                assertThat(status.getFinished() || (status.getDone() == 1 && status.getWaitingForCount() == 1))
                        .isTrue();
            });
        }
        return control;
    }
}
