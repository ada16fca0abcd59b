package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.RequestSums;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Computes what an edge has counted between two moments. */
final class EdgeDifference {

    private EdgeDifference() {}

    /** @param elapsed time between the two moments */
    static EdgeWindow between(Edge before, Edge after, Duration elapsed) {
        EdgeWindow.Builder window = EdgeWindow.newBuilder()
                .setMillis((int) elapsed.toMillis())
                .setAdmitted(more(before.getAdmitted(), after.getAdmitted()))
                .setRefused(more(before.getRefused(), after.getRefused()))
                .setBytesIn(more(before.getBytesIn(), after.getBytesIn()))
                .setBytesOut(more(before.getBytesOut(), after.getBytesOut()));
        for (RequestSums sums : after.getRequestsList()) {
            window.addRequests(between(former(before, sums.getProtocol()), sums));
        }
        return window.build();
    }

    private static RequestSums former(Edge before, String protocol) {
        return before.getRequestsList().stream()
                .filter(sums -> sums.getProtocol().equals(protocol))
                .findFirst()
                .orElse(RequestSums.getDefaultInstance());
    }

    private static RequestSums between(RequestSums before, RequestSums after) {
        return RequestSums.newBuilder()
                .setProtocol(after.getProtocol())
                .addAllByClass(more(before.getByClassList(), after.getByClassList()))
                .setFailed(more(before.getFailed(), after.getFailed()))
                .setRefused(more(before.getRefused(), after.getRefused()))
                .addAllLatency(more(before.getLatencyList(), after.getLatencyList()))
                .setLatencyMicros(more(before.getLatencyMicros(), after.getLatencyMicros()))
                .build();
    }

    private static List<Long> more(List<Long> before, List<Long> after) {
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            more.add(more(i < before.size() ? before.get(i) : 0, after.get(i)));
        }
        return more;
    }

    private static long more(long before, long after) {
        return Math.max(0, after - before);
    }
}
