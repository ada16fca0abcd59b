package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.RequestSums;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    private static final Duration SPACING = Duration.ofSeconds(10);

    private final List<Step> steps = new ArrayList<>();
    private Edge latest;
    private Instant latestAt;

    /** A period in which the sums were these; the sums have no texts. */
    private record Step(Instant from, Instant until, Edge sums) {}

    /**
     * Former sums.
     *
     * @param elapsed time since then
     */
    record Before(Edge sums, Duration elapsed) {}

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
        boolean counts = ended(edge) >= ended(latest) && requests(edge) >= requests(latest);
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

    private static long requests(Edge edge) {
        long requests = 0;
        for (RequestSums sums : edge.getRequestsList()) {
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

    /** Returns the sums at the start of this window, or as soon after it as they are known. */
    Before before(Instant now, Duration window) {
        Instant start = now.minus(window);
        for (Step step : steps) {
            if (!step.until().isBefore(start)) {
                Duration elapsed = step.from().isAfter(start) ? Duration.between(step.from(), now) : window;
                return new Before(step.sums(), elapsed);
            }
        }
        return new Before(latest, latestAt.isAfter(start) ? Duration.between(latestAt, now) : window);
    }
}
