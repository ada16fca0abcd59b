package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.control.watch.InboundStatus.State;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How far a proxy is with what its workload accepts. */
final class InboundStatusTest {

    private static final SpiffeId ID = SpiffeId.ofServiceAccount(TrustDomain.parse("cluster.local"), "shop", "web");

    private final ServedWorkload served =
            MeshStates.served(ID, Inbound.newBuilder().setWorkload("shop/web").build());
    private final String version = served.inbound().getVersion();

    @Test
    void isInForceWhereItHasAcknowledgedWhatItWouldBeToldNow() {
        assertThat(standing(true, version, "").state()).isEqualTo(State.IN_FORCE);
        assertThat(standing(false, version, "").state())
                .as("a proxy that is away goes on by what it has")
                .isEqualTo(State.IN_FORCE);
    }

    @Test
    void isWaitedForWhereItHasSomethingElse() {
        assertThat(standing(true, "another", ""))
                .isEqualTo(new InboundStatus(
                        State.WAITING, "has not acknowledged it yet", List.of(), Set.of("request-rules")));
        assertThat(standing(false, "another", "").reason()).isEqualTo("disconnected since " + Instant.EPOCH);
    }

    @Test
    void isRefusedUntilItAcceptsAgain() {
        assertThat(standing(true, version, "mode: unknown"))
                .isEqualTo(new InboundStatus(State.REFUSED, "mode: unknown", List.of(), Set.of("request-rules")));
    }

    @Test
    void isNotKnownOfOneThatWasNeverConnected() {
        ExpectedProxy never = new ExpectedProxy("shop/web", ID, false, Optional.empty(), Optional.empty(), false);
        assertThat(InboundStatus.of(never, served).state()).isEqualTo(State.NEVER_CONNECTED);
    }

    private InboundStatus standing(boolean connected, String acknowledged, String refusal) {
        ConnectedProxy proxy = new ConnectedProxy(
                "shop/web",
                ID.toString(),
                "10.0.0.1:4711",
                "1.0",
                Instant.EPOCH,
                0,
                0,
                0,
                Map.of(MeshState.INBOUND, acknowledged),
                Map.of(),
                Optional.empty(),
                Optional.of(refusal).filter(text -> !text.isEmpty()),
                Set.of("request-rules"),
                List.of(),
                Optional.empty());
        return InboundStatus.of(
                new ExpectedProxy("shop/web", ID, connected, Optional.of(Instant.EPOCH), Optional.of(proxy), false),
                served);
    }
}
