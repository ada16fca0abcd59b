package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.Source;
import dev.weft.api.v1.Traffic;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whom the policies of a workload refuse of those that it has admitted. */
final class InboundPeersTest {

    private static final SpiffeId API = SpiffeId.ofServiceAccount(TrustDomain.parse("cluster.local"), "shop", "api");
    private static final String PLAY = "spiffe://cluster.local/ns/play/sa/x";
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000L);

    private final InboundPeers peers = new InboundPeers();

    @Test
    void whoWasAdmittedOfLateAndIsRefusedNowIsNamedWithThePolicy() {
        peers.trafficReported(Traffic.newBuilder()
                .addEdges(edge(PLAY, 8080))
                .addEdges(edge(WEB, 8080))
                .build());
        assertThat(refused(Source.newBuilder().setNamespace("play")))
                .containsExactly(new CutOffPeer(PLAY, 8080, "shop/deny"));
        assertThat(refused(Source.newBuilder().setNamespace("other"))).isEmpty();
    }

    @Test
    void whoWasNeverAdmittedOrLongAgoOrCalledByThisWorkloadIsNot() {
        peers.trafficReported(Traffic.newBuilder()
                .addEdges(edge(PLAY, 1).toBuilder().setAdmitted(0).setRefused(4))
                .addEdges(edge(PLAY, 2).toBuilder().setLast(NOW.getEpochSecond() - 3601))
                .addEdges(edge(PLAY, 3).toBuilder().setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND))
                .addEdges(edge(PLAY, 4).toBuilder().setOpen(1).setLast(NOW.getEpochSecond() - 3601))
                .build());
        assertThat(refused(Source.newBuilder().setNamespace("play")))
                .as("a connection that is open counts however old it is")
                .containsExactly(new CutOffPeer(PLAY, 4, "shop/deny"));
    }

    @Test
    void nothingIsSaidWhereAddressesDecide() {
        peers.trafficReported(Traffic.newBuilder().addEdges(edge(PLAY, 8080)).build());
        assertThat(refused(Source.newBuilder().setCidr("0.0.0.0/0"))).isEmpty();
    }

    @Test
    void isBounded() {
        Traffic.Builder many = Traffic.newBuilder();
        for (int i = 1; i <= InboundPeers.MAX_PEERS + 10; i++) {
            many.addEdges(edge(PLAY, i));
        }
        peers.trafficReported(many.build());
        assertThat(refused(Source.newBuilder().setNamespace("play"))).hasSize(InboundPeers.MAX_NAMED);
    }

    @Test
    void aNewPeerTakesThePlaceOfTheOneThatEndedFirst() {
        Traffic.Builder many = Traffic.newBuilder();
        for (int i = 1; i <= InboundPeers.MAX_PEERS; i++) {
            many.addEdges(edge(WEB, i).toBuilder().setOpen(1));
        }
        peers.trafficReported(many.build());
        peers.trafficReported(Traffic.newBuilder().addEdges(edge(PLAY, 1)).build());
        assertThat(refused(Source.newBuilder().setNamespace("play")))
                .as("all others are open")
                .isEmpty();

        peers.trafficReported(Traffic.newBuilder().addEdges(edge(WEB, 1)).build());
        peers.trafficReported(Traffic.newBuilder().addEdges(edge(PLAY, 1)).build());
        assertThat(refused(Source.newBuilder().setNamespace("play")))
                .containsExactly(new CutOffPeer(PLAY, 1, "shop/deny"));
    }

    @Test
    void policiesThatChangeAreLookedAtAgainWithoutAReport() {
        peers.trafficReported(Traffic.newBuilder().addEdges(edge(PLAY, 8080)).build());
        assertThat(refused(Source.newBuilder().setNamespace("other"))).isEmpty();
        assertThat(refused(Source.newBuilder().setNamespace("play"))).hasSize(1);
        assertThat(refused(Source.newBuilder().setCidr("0.0.0.0/0"))).isEmpty();
        assertThat(refused(Source.newBuilder().setNamespace("play"))).hasSize(1);
    }

    @Test
    void aReportIsLookedAtAlsoWhereThePoliciesAreTheSame() {
        ServedWorkload served = served(Source.newBuilder().setNamespace("play"));
        assertThat(peers.refusedBy(Optional.of(served), NOW)).isEmpty();
        peers.trafficReported(Traffic.newBuilder().addEdges(edge(PLAY, 8080)).build());
        assertThat(peers.refusedBy(Optional.of(served), NOW)).hasSize(1);
        assertThat(peers.refusedBy(Optional.empty(), NOW)).isEmpty();
    }

    private List<CutOffPeer> refused(Source.Builder denied) {
        return peers.refusedBy(Optional.of(served(denied)), NOW);
    }

    private static ServedWorkload served(Source.Builder denied) {
        return MeshStates.served(
                API,
                Inbound.newBuilder()
                        .setWorkload("shop/api")
                        .setPolicies(PolicySet.newBuilder()
                                .setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED)
                                .addPolicies(AuthorizationPolicy.newBuilder()
                                        .setNamespace("shop")
                                        .setName("deny")
                                        .setAction(PolicyAction.POLICY_ACTION_DENY)
                                        .addFrom(denied)))
                        .build());
    }

    private static Edge edge(String peer, int port) {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setSpiffeId(peer)
                .setPort(port)
                .setAdmitted(3)
                .setLast(NOW.getEpochSecond() - 60)
                .build();
    }
}
