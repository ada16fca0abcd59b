package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one edge has counted, and what it had counted some time ago. Proxies tell what has changed, so between two tellings the
 * sums are those of the first. The last tellings are kept as they were, older ones at a distance of ten seconds. Not safe for use by
 * several threads.
 */
final class EdgeHistory {

    /** So far back it goes. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Tellings at the end that are kept all. */
    private static final int UNTHINNED = 5;

    private static final Duration SPACING = Duration.ofSeconds(10);

    private final List<Step> steps = new ArrayList<>();
    private Edge latest;
    private Instant latestAt;

    /** From a moment until another the sums were these, which have no texts. */
    private record Step(Instant from, Instant until, Edge sums) {}

    /**
     * What the sums were before.
     *
     * @param elapsed the time since then
     */
    record Before(Edge sums, Duration elapsed) {}

    /**
     * An edge that is told of for the first time.
     *
     * @param since when it had counted nothing yet; null if that is not known
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

    /** How many former sums are kept. */
    int size() {
        return steps.size();
    }

    /** Octets that the former sums take. */
    int weight() {
        return steps.stream().mapToInt(step -> EdgeWeight.of(step.sums())).sum();
    }

    /** The proxy counts this now. */
    void told(Edge edge, Instant at) {
        if (edge.equals(latest)) {
            return;
        }
        boolean counts = edge.getAdmitted() >= latest.getAdmitted();
        if (!counts) {
            steps.clear(); // it was forgotten by the proxy, and began again
        }
        steps.add(new Step(latestAt, at, counts ? EdgeWeight.numbers(latest) : Edge.getDefaultInstance()));
        thin(at);
        latest = edge;
        latestAt = at;
    }

    /** What was counted in between is not known: it does not count as of the present. */
    void toldAfterSilence(Edge edge, Instant at) {
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

    /** Forgets the oldest of the former sums, if there are any. */
    void dropOldest() {
        if (!steps.isEmpty()) {
            steps.removeFirst();
        }
    }

    /** What the sums were at the beginning of this length of time, or later, as far as is known. */
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
