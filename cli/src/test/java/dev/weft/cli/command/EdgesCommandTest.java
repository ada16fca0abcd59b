package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.command.EdgesCommand.EdgeDocument;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EdgesCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";

    private final Printed printed = new Printed();

    private static EdgeDocument document(Edge.Builder edge, String peerName) {
        return EdgeDocument.of(ObservedEdge.newBuilder()
                .setWorkload("shop/api")
                .setIdentity(API)
                .setEdge(edge.setLast(NOW.minusSeconds(5).getEpochSecond()))
                .setPeerName(peerName)
                .build());
    }

    @Test
    void showsWhoHasCalledWhomAndWhatWasRefused() {
        EdgeDocument mutual = document(
                Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                        .setSpiffeId("spiffe://cluster.local/ns/shop/sa/web")
                        .setPort(8080)
                        .setAdmitted(12)
                        .setOpen(1)
                        .setRefused(3)
                        .setBytesIn(1000)
                        .setBytesOut(48)
                        .setRefusalCode("WEFT-P001")
                        .setPolicy("shop/web-only"),
                "");
        EdgeDocument foreign = document(
                Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setSpiffeId("spiffe://b.example/ns/pay/sa/bank")
                        .setPort(443)
                        .setAdmitted(1),
                "");
        EdgeDocument plain = document(
                Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setAddress(ByteString.copyFrom(new byte[] {10, (byte) 244, 0, 9}))
                        .setPort(25)
                        .setAdmitted(2),
                "");
        EdgeDocument never = document(
                Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setAddress(ByteString.copyFrom(new byte[] {10, (byte) 244, 0, 10}))
                        .setPort(5432)
                        .setRefused(7)
                        .setRefusalCode("WEFT-D006"),
                "shop/db");
        EdgesCommand.print(printed.screen(), List.of(mutual, foreign, plain, never), NOW);
        assertThat(printed.out()).isEqualTo("""
                FROM            TO                        PORT  OVER   CONNECTIONS  OPEN  REFUSED    BYTES  LAST    WHY REFUSED
                ns/shop/sa/web  shop/api                  8080  mTLS            12     1        3  1.0 KiB  5s ago  WEFT-P001 shop/web-only
                shop/api        b.example/ns/pay/sa/bank   443  mTLS             1     0        0      0 B  5s ago  -
                shop/api        10.244.0.9                  25  plain            2     0        0      0 B  5s ago  -
                shop/api        shop/db                   5432  -                0     0        7      0 B  5s ago  WEFT-D006
                """);
    }

    @Test
    void saysThatNothingWasSeen() {
        EdgesCommand.print(printed.screen(), List.of(), NOW);
        assertThat(printed.out()).isEqualTo("no connection was seen; sidecars tell of theirs every 3 seconds\n");
    }
}
