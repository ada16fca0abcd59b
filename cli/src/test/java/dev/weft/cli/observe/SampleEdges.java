package dev.weft.cli.observe;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import java.time.Instant;
import java.util.List;

/** Edges of shop/api as the control plane tells them. */
public final class SampleEdges {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";

    private SampleEdges() {}

    /** One whose requests are judged, one of another trust domain, one in plaintext, and one that was never admitted. */
    public static List<ObservedEdge> all() {
        return List.of(judged(), foreign(), plain(), never());
    }

    private static ObservedEdge.Builder observed(Edge.Builder edge) {
        return ObservedEdge.newBuilder()
                .setWorkload("shop/api")
                .setIdentity(API)
                .setEdge(edge.setLast(NOW.minusSeconds(5).getEpochSecond()));
    }

    private static ObservedEdge judged() {
        RequestSums sums = RequestSums.newBuilder()
                .setProtocol("http/1.1")
                .addAllByClass(List.of(0L, 0L, 95L, 0L, 4L, 1L))
                .setFailed(1)
                .setRefused(10)
                .addAllLatency(List.of(0L, 0L, 0L, 90L, 0L, 0L, 0L, 4L, 6L))
                .build();
        return observed(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                        .setSpiffeId("spiffe://cluster.local/ns/shop/sa/web")
                        .setPort(8080)
                        .setAdmitted(12)
                        .setOpen(1)
                        .setRefused(3)
                        .setBytesIn(1000)
                        .setBytesOut(48)
                        .setRefusalCode("WEFT-P001")
                        .setPolicy("shop/web-only")
                        .addRequests(sums))
                .setWindow(EdgeWindow.newBuilder()
                        .setMillis(50_000)
                        .setAdmitted(10)
                        .setBytesIn(100_000)
                        .addRequests(sums))
                .build();
    }

    private static ObservedEdge foreign() {
        return observed(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setSpiffeId("spiffe://b.example/ns/pay/sa/bank")
                        .setPort(443)
                        .setAdmitted(1))
                .setWindow(EdgeWindow.newBuilder().setMillis(60_000))
                .build();
    }

    private static ObservedEdge plain() {
        return observed(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setAddress(ByteString.copyFrom(new byte[] {10, (byte) 244, 0, 9}))
                        .setPort(25)
                        .setAdmitted(2))
                .build();
    }

    private static ObservedEdge never() {
        return observed(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setAddress(ByteString.copyFrom(new byte[] {10, (byte) 244, 0, 10}))
                        .setPort(5432)
                        .setRefused(7)
                        .setRefusalCode("WEFT-D006"))
                .setPeerName("shop/db")
                .setWindow(EdgeWindow.newBuilder().setMillis(60_000).setRefused(6))
                .build();
    }
}
