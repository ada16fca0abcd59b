package dev.weft.cli.harden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.harden.Hardening.Plaintext;
import dev.weft.cli.harden.Hardening.Unknown;
import dev.weft.cli.harden.Hardening.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HardeningTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1));

    private final ListEdgesResponse.Builder told = ListEdgesResponse.newBuilder();

    private final Map<String, Instant> started = new HashMap<>();

    private void tell(String workload, Instant since, Edge.Builder edge) {
        told.addEdges(ObservedEdge.newBuilder()
                .setWorkload(workload)
                .setSince(since.getEpochSecond())
                .setEdge(edge));
    }

    private static Edge.Builder plain(Instant last) {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setAddress(ByteString.copyFrom(new byte[] {10, (byte) 244, 0, 9}))
                .setPort(8080)
                .setAdmitted(3)
                .setLast(last.getEpochSecond());
    }

    private static Edge.Builder mutual() {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setSpiffeId("spiffe://cluster.local/ns/shop/sa/web")
                .setAdmitted(9)
                .setLast(NOW.getEpochSecond());
    }

    private Hardening seen(Set<String> meshed, Set<String> bare) {
        return Hardening.of("shop", told.build(), meshed, bare, started, HOUR, NOW);
    }

    @Test
    void findsWhoCalledInPlaintextWithinTheWindowByItsNameOrAddress() {
        tell("shop/api", LONG_AGO, plain(NOW.minusSeconds(60)));
        told.addEdges(ObservedEdge.newBuilder()
                .setWorkload("shop/api")
                .setSince(LONG_AGO.getEpochSecond())
                .setPeerName("old/batch")
                .setEdge(plain(NOW.minusSeconds(30)).setPort(9090)));
        assertThat(seen(Set.of("shop/api"), Set.of()).plaintext())
                .containsExactly(
                        new Plaintext("shop/api", "10.244.0.9", 8080, 3, 0, NOW.minusSeconds(60)),
                        new Plaintext("shop/api", "old/batch", 9090, 3, 0, NOW.minusSeconds(30)));
    }

    @Test
    void whatWasBeforeTheWindowCountsOnlyWhileItIsOpen() {
        Instant before = NOW.minus(HOUR).minusSeconds(1);
        tell("shop/api", LONG_AGO, plain(before));
        assertThat(seen(Set.of("shop/api"), Set.of()).plaintext()).isEmpty();
        tell("shop/api", LONG_AGO, plain(before).setOpen(1));
        assertThat(seen(Set.of("shop/api"), Set.of()).plaintext()).hasSize(1);
    }

    @Test
    void countsNoMutualTlsNoRefusalNoCallThatGoesOutAndNoOtherNamespace() {
        tell("shop/api", LONG_AGO, mutual());
        tell("shop/api", LONG_AGO, plain(NOW).setAdmitted(0).setRefused(4));
        tell("shop/api", LONG_AGO, plain(NOW).setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND));
        tell("shop-2/api", LONG_AGO, plain(NOW));
        Hardening seen = seen(Set.of("shop/api"), Set.of());
        assertThat(seen.plaintext()).isEmpty();
        assertThat(seen.unknown()).isEmpty();
    }

    @Test
    void isIncompleteWhenAReplicaDidNotAnswerOrCallersAreNoLongerCounted() {
        assertThat(seen(Set.of("shop/api"), Set.of()).complete()).isTrue();
        told.addMissingReplicas("10.1.0.7");
        assertThat(seen(Set.of("shop/api"), Set.of()).missing()).containsExactly("10.1.0.7");
        assertThat(seen(Set.of("shop/api"), Set.of()).complete()).isFalse();
        told.clearMissingReplicas().setForgotten(12);
        assertThat(seen(Set.of("shop/api"), Set.of()).forgotten()).isEqualTo(12);
        assertThat(seen(Set.of("shop/api"), Set.of()).complete()).isFalse();
    }

    @Test
    void saysOfWhichWorkloadsNothingIsKnownAndWhy() {
        tell("shop/api", LONG_AGO, mutual());
        tell("shop/new", NOW.minusSeconds(300), mutual());
        assertThat(seen(Set.of("shop/api", "shop/new", "shop/idle"), Set.of("shop/bare"))
                        .unknown())
                .containsExactly(
                        new Unknown("shop/idle", Why.SILENT),
                        new Unknown("shop/new", Why.NEW),
                        new Unknown("shop/bare", Why.NO_SIDECAR));
    }

    @Test
    void knowsWhenEverySidecarWillHaveCountedForTheWindow() {
        tell("shop/api", NOW.minus(HOUR), mutual());
        tell("gone/web", NOW, mutual());
        assertThat(seen(Set.of("shop/api"), Set.of()).awaited()).isEmpty();
        tell("shop/new", NOW.minusSeconds(60), mutual());
        Hardening seen = seen(Set.of("shop/api", "shop/new"), Set.of());
        assertThat(seen.awaited()).contains(NOW.plus(HOUR).minusSeconds(60));
        assertThat(seen(Set.of("shop/api"), Set.of()).awaited())
                .as("a workload that is gone is not awaited")
                .isEmpty();
    }

    @Test
    void aSidecarThatHasToldNothingCountsSinceItsPodWasStarted() {
        started.put("shop/idle", LONG_AGO);
        started.put("shop/young", NOW.minusSeconds(300));
        Hardening seen = seen(Set.of("shop/idle", "shop/young"), Set.of());
        assertThat(seen.unknown())
                .containsExactly(new Unknown("shop/idle", Why.SILENT), new Unknown("shop/young", Why.NEW));
        assertThat(seen.awaited()).contains(NOW.plus(HOUR).minusSeconds(300));
        assertThat(seen(Set.of("shop/idle"), Set.of()).awaited()).isEmpty();
    }
}
