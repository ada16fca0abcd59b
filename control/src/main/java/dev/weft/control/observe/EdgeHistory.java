package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.RequestSums;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The present sums of one edge and its former ones. Proxies report only changes, so between two reports the sums are
 * those of the first. The last reports are kept as they were, older ones ten seconds apart. Not safe for use by several
 * threads.
 */
final class EdgeHistory {

    /** How far back the history reaches. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Number of latest reports that are all kept. */
    private static final int UNTHINNED = 5;

    /** Shortest time that a rate is computed over. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration SPACING = Duration.ofSeconds(10);

    private final List<Step> steps = new ArrayList<>();
    private Edge latest;
    private Instant latestAt;

    /** A period in which the sums were these. The sums of former steps have no texts. */
    record Step(Instant from, Instant until, Edge sums) {}

    /**
     * Creates the history of an edge that is reported for the first time.
     *
     * @param since a time when the edge had counted nothing; null if unknown
     */
    EdgeHistory(Edge first, Instant at, @Nullable Instant since) {
        latest = first;
        latestAt = at;
        if (since != null) {
            steps.add(new Step(since, at, Edge.getDefaultInstance()));
        }
    }

    Edge latest() {
        return latest;
    }

    /** Returns the number of former sums kept. */
    int size() {
        return steps.size();
    }

    /** Returns the octets of the former sums. */
    int weight() {
        return steps.stream().mapToInt(step -> EdgeWeight.of(step.sums())).sum();
    }

    /** Takes a report: the proxy counts this now. */
    void add(Edge edge, Instant at) {
        if (edge.equals(latest)) {
            return;
        }
        boolean counts =
                ended(edge) >= ended(latest) && requests(edge.getRequestsList()) >= requests(latest.getRequestsList());
        if (!counts) {
            steps.clear(); // the proxy forgot the edge and started to count again
        }
        steps.add(new Step(latestAt, at, counts ? EdgeWeight.numbers(latest) : Edge.getDefaultInstance()));
        thin(at);
        latest = edge;
        latestAt = at;
    }

    /**
     * Returns the number of connections that have ended. The number of all may fall: an open connection counts at the
     * peer that it goes to now, and that changes, for example from one account of a Service's workloads to another.
     */
    private static long ended(Edge edge) {
        return edge.getAdmitted() - edge.getOpen();
    }

    /** Returns the number of requests of all protocols. */
    static long requests(List<RequestSums> ofProtocols) {
        long requests = 0;
        for (RequestSums sums : ofProtocols) {
            requests += sums.getRefused();
            for (long ofClass : sums.getByClassList()) {
                requests += ofClass;
            }
        }
        return requests;
    }

    /** Takes a report after a silence: what was counted in between must not appear as counted just now. */
    void addAfterSilence(Edge edge, Instant at) {
        steps.clear();
        latest = edge;
        latestAt = at;
    }

    private void thin(Instant now) {
        steps.removeIf(step -> step.until().isBefore(now.minus(LONGEST)));
        int i = steps.size() - 1 - UNTHINNED;
        if (i > 0
                && Duration.between(steps.get(i - 1).until(), steps.get(i).until())
                                .compareTo(SPACING)
                        < 0) {
            steps.remove(i);
        }
    }

    /** Removes the oldest former sums, if there are any. */
    void dropOldest() {
        if (!steps.isEmpty()) {
            steps.removeFirst();
        }
    }

    /**
     * Returns what was counted within this time, or since the oldest sums that are known; empty if these are too young
     * for a rate.
     */
    Optional<EdgeWindow> counted(Instant now, Duration window) {
        Instant start = now.minus(window);
        Step before = at(start);
        Duration elapsed = before.from().isAfter(start) ? Duration.between(before.from(), now) : window;
        return elapsed.compareTo(SHORTEST) < 0
                ? Optional.empty()
                : Optional.of(difference(before.sums(), latest, elapsed));
    }

    /** Returns the sums at this time, or as soon after it as they are known. */
    Step at(Instant time) {
        return steps.stream()
                .filter(step -> !step.until().isBefore(time))
                .findFirst()
                .orElseGet(() -> new Step(latestAt, latestAt, latest));
    }

    private static EdgeWindow difference(Edge before, Edge after, Duration elapsed) {
        EdgeWindow.Builder window = EdgeWindow.newBuilder()
                .setMillis((int) elapsed.toMillis())
                .setAdmitted(more(before.getAdmitted(), after.getAdmitted()))
                .setRefused(more(before.getRefused(), after.getRefused()))
                .setBytesIn(more(before.getBytesIn(), after.getBytesIn()))
                .setBytesOut(more(before.getBytesOut(), after.getBytesOut()));
        for (RequestSums sums : after.getRequestsList()) {
            window.addRequests(difference(former(before, sums.getProtocol()), sums));
        }
        return window.build();
    }

    private static RequestSums former(Edge before, String protocol) {
        return before.getRequestsList().stream()
                .filter(sums -> sums.getProtocol().equals(protocol))
                .findFirst()
                .orElse(RequestSums.getDefaultInstance());
    }

    private static RequestSums difference(RequestSums before, RequestSums after) {
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
