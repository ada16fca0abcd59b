package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.control.watch.InboundStanding.How;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How far a proxy is with what its workload accepts. */
final class InboundStandingTest {

    private static final SpiffeId ID = SpiffeId.ofServiceAccount(TrustDomain.parse("cluster.local"), "shop", "web");

    private final ServedWorkload served =
            new ServedWorkload(ID, Inbound.newBuilder().setWorkload("shop/web").build());
    private final String version = served.inbound().getVersion();

    @Test
    void isInForceWhereItHasAcknowledgedWhatItWouldBeToldNow() {
        assertThat(standing(true, version, "").how()).isEqualTo(How.IN_FORCE);
        assertThat(standing(false, version, "").how())
                .as("a proxy that is away goes on by what it has")
                .isEqualTo(How.IN_FORCE);
    }

    @Test
    void isWaitedForWhereItHasSomethingElse() {
        assertThat(standing(true, "another", ""))
                .isEqualTo(new InboundStanding(
                        How.WAITING, "has not acknowledged it yet", List.of(), Set.of("request-rules")));
        assertThat(standing(false, "another", "").reason()).isEqualTo("disconnected since " + Instant.EPOCH);
    }

    @Test
    void isRefusedUntilItAcceptsAgain() {
        assertThat(standing(true, version, "mode: unknown"))
                .isEqualTo(new InboundStanding(How.REFUSED, "mode: unknown", List.of(), Set.of("request-rules")));
    }

    @Test
    void isNotKnownOfOneThatWasNeverConnected() {
        ExpectedProxy never = new ExpectedProxy("shop/web", ID, false, Optional.empty(), Optional.empty());
        assertThat(InboundStanding.of(never, served).how()).isEqualTo(How.NEVER_CONNECTED);
    }

    private InboundStanding standing(boolean connected, String acknowledged, String refusal) {
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
        return InboundStanding.of(
                new ExpectedProxy("shop/web", ID, connected, Optional.of(Instant.EPOCH), Optional.of(proxy)), served);
    }
}
