package dev.weft.policy.limit;

import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.List;

/**
 * One limit on requests or connections.
 *
 * @param from callers that the limit applies to: one source must match; empty means every caller
 * @param unit what is counted
 * @param perSecond sustained rate in units a second, 1 to {@link #MAX_RATE}; for {@link Unit#AT_ONCE} the most in
 *     progress at once
 * @param burst most units at once after a pause, 1 to {@link #MAX_RATE}
 * @param scope which callers share the limit
 * @param waiting how requests above the limit wait; {@link Waiting#NONE} for every unit except {@link Unit#AT_ONCE}
 */
public record LimitRule(List<Source> from, Unit unit, int perSecond, int burst, Scope scope, Waiting waiting) {

    /** The highest rate in units a second, and the largest burst. */
    public static final int MAX_RATE = 1_000_000;

    /** What is counted. */
    public enum Unit {
        /** HTTP requests, including gRPC calls. */
        REQUESTS,
        /** New connections, with any protocol. */
        CONNECTIONS,
        /** HTTP requests and gRPC calls that have not ended. */
        AT_ONCE
    }

    /**
     * How requests wait for a free place.
     *
     * @param most most requests that wait at a time, 0 to {@link #MAX}
     * @param longest longest time that each request waits
     */
    public record Waiting(int most, Duration longest) {
        /** The most requests that may wait. */
        public static final int MAX = 1000;
        /** The longest time that a request may wait. */
        public static final Duration LONGEST = Duration.ofMinutes(1);
        /** No request waits. */
        public static final Waiting NONE = new Waiting(0, Duration.ZERO);

        /** @throws IllegalArgumentException if a number is out of range */
        public Waiting {
            if (most < 0 || most > MAX) {
                throw new IllegalArgumentException("waiting: " + most + " (expected: 0-" + MAX + ")");
            }
            if (longest.isNegative() || longest.isZero() == (most > 0) || longest.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("wait: " + longest + " (expected: at most " + LONGEST + ")");
            }
        }
    }

    /** Which callers share a limit. */
    public enum Scope {
        /** Each identity has the whole limit. All callers without an identity share one. */
        IDENTITY,
        /** All callers that match share one limit. */
        ALL
    }

    /** @throws IllegalArgumentException if a number is out of range */
    public LimitRule {
        from = List.copyOf(from);
        range("per second", perSecond);
        range("burst", burst);
        if (unit != Unit.AT_ONCE && waiting.most() > 0) {
            throw new IllegalArgumentException(
                    "waiting: " + waiting.most() + " (expected: 0 but for requests at once)");
        }
    }

    /** Creates a limit without waiting. */
    public LimitRule(List<Source> from, Unit unit, int perSecond, int burst, Scope scope) {
        this(from, unit, perSecond, burst, scope, Waiting.NONE);
    }

    private static void range(String what, int value) {
        if (value < 1 || value > MAX_RATE) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 1-" + MAX_RATE + ")");
        }
    }
}
