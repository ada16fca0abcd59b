package dev.weft.control.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CutOff;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.ReplicaUpdate;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.ServedSidecar;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.ReportedLeaf;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What replicas tell each other of a sidecar. */
final class ReplicaMessagesTest {

    private static ConnectedProxy proxy(Optional<ReportedLeaf> leaf) {
        return proxy("shop/web", Map.of("cluster.local", 12L), leaf);
    }

    private static ConnectedProxy proxy(String workload, Map<String, Long> bundles, Optional<ReportedLeaf> leaf) {
        return new ConnectedProxy(
                workload,
                "spiffe://cluster.local/ns/shop/sa/web",
                "10.0.0.1:4711",
                "1.0",
                Instant.ofEpochMilli(1_700_000_000_123L),
                7,
                7,
                0,
                Map.of("bundle/cluster.local", "v1", "inbound", "v9", "destination/10.0.0.1:80", "v3"),
                bundles,
                Optional.of("inbound: no"),
                Optional.of("no"),
                Set.of("request-rules", "routes"),
                List.of(new CutOffPeer("spiffe://cluster.local/ns/play/sa/x", 8080, "shop/deny-play")),
                leaf);
    }

    @Test
    void aSidecarArrivesAsItIsButForItsDestinations() {
        byte[] serial = new byte[20];
        serial[0] = (byte) 0x81; // the longest number, whose first bit is set
        byte[] key = new byte[32];
        key[3] = 5;
        ReportedLeaf leaf = ReportedLeaf.read(Report.newBuilder()
                .setSerialNumber(ByteString.copyFrom(serial))
                .setIssuerKeySha256(ByteString.copyFrom(key))
                .setNotBefore(1)
                .setNotAfter(2)
                .setRenewAt(3)
                .setRenewalFailure("away")
                .setFormerIssuerTunnels(FormerIssuerTunnels.newBuilder()
                        .setIssuerKeySha256(ByteString.copyFrom(key))
                        .setCount(4)
                        .addPeers(FormerIssuerPeer.newBuilder()
                                .setSpiffeId("spiffe://a/b")
                                .setTunnels(4)))
                .build());
        ConnectedProxy read = ReplicaMessages.read(ReplicaMessages.of(proxy(Optional.of(leaf))));
        assertThat(read.leaf()).contains(leaf);
        assertThat(read.bundles()).isEqualTo(Map.of("cluster.local", 12L));
        assertThat(read.held()).isEqualTo(Map.of("bundle/cluster.local", "v1", "inbound", "v9"));
        assertThat(read.inboundRefusal()).contains("no");
        assertThat(read.cutOff())
                .containsExactly(new CutOffPeer("spiffe://cluster.local/ns/play/sa/x", 8080, "shop/deny-play"));
        assertThat(read.capabilities()).isEqualTo(Set.of("request-rules", "routes"));
        assertThat(read.since()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
        assertThat(read.lastRefusal()).contains("inbound: no");
        assertThat(read.workload()).isEqualTo("shop/web");
        assertThat(ReplicaMessages.read(ReplicaMessages.of(proxy(Optional.empty())))
                        .leaf())
                .isEmpty();
    }

    @Test
    void noMessageIsLargerThanAReplicaAccepts() {
        Map<String, Long> bundles =
                LongStream.range(0, 100).boxed().collect(Collectors.toMap(i -> "d".repeat(240) + "-" + i, i -> i));
        List<ConnectedProxy> proxies = IntStream.range(0, 250)
                .mapToObj(i -> proxy("shop/web-" + i, bundles, Optional.empty()))
                .toList();

        List<ReplicaUpdate> updates = ReplicaMessages.connected(proxies);

        assertThat(updates)
                .allSatisfy(update -> assertThat(update.getSerializedSize()).isLessThan(4 * 1024 * 1024));
        assertThat(updates.stream().flatMap(update -> update.getConnectedList().stream()))
                .hasSize(250);
        assertThat(ReplicaMessages.connected(List.of())).isEmpty();
    }

    @Test
    void aReportOutOfRangeIsRefused() {
        ServedSidecar wrong = ServedSidecar.newBuilder()
                .setWorkload("shop/web")
                .setReport(Report.newBuilder().setSerialNumber(ByteString.copyFrom(new byte[21])))
                .build();
        assertThatThrownBy(() -> ReplicaMessages.read(wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofWorkloadsThatAreCutOffAMessageHasAsManyAsAReplicaAccepts() {
        List<String> few = List.of("shop/api", "shop/web");
        assertThat(ReplicaMessages.cutOff(few).getWorkloadsList()).isEqualTo(few);

        List<String> many = IntStream.range(0, 100_000)
                .mapToObj(i -> "shop/" + "w".repeat(50) + i)
                .toList();
        CutOff message = ReplicaMessages.cutOff(many);
        assertThat(message.getSerializedSize()).isLessThanOrEqualTo(ReplicaMessages.COMPLETE);
        assertThat(message.getWorkloadsCount()).isGreaterThan(15_000).isLessThan(many.size());
    }
}
