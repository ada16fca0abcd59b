package dev.weft.policy.limit;

import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.List;

/**
 * One limit.
 *
 * @param from callers that it is about: any of these must match; none means every caller
 * @param unit what is counted
 * @param perSecond how many there may be in a second for long, 1 to {@link #MAX_RATE}; of {@link Unit#AT_ONCE} how many at once
 * @param burst how many there may be at once after a pause, 1 to {@link #MAX_RATE}
 * @param scope who shares the limit
 * @param waiting what is done with requests too many at once; {@link Waiting#NONE} for every other unit
 */
public record LimitRule(List<Source> from, Unit unit, int perSecond, int burst, Scope scope, Waiting waiting) {

    /** The most in a second, and at once. */
    public static final int MAX_RATE = 1_000_000;

    /** What is counted. */
    public enum Unit {
        /** Requests of HTTP, calls of gRPC among them. */
        REQUESTS,
        /** New connections, whatever they carry. */
        CONNECTIONS,
        /** Requests of HTTP and calls of gRPC that have not ended. */
        AT_ONCE
    }

    /**
     * How requests wait for a place.
     *
     * @param most how many at a time, 0 to {@link #MAX}
     * @param longest how long each
     */
    public record Waiting(int most, Duration longest) {
        /** The most that wait. */
        public static final int MAX = 1000;
        /** The longest that one waits. */
        public static final Duration LONGEST = Duration.ofMinutes(1);
        /** None waits. */
        public static final Waiting NONE = new Waiting(0, Duration.ZERO);

        /** @throws IllegalArgumentException a number is out of range */
        public Waiting {
            if (most < 0 || most > MAX) {
                throw new IllegalArgumentException("waiting: " + most + " (expected: 0-" + MAX + ")");
            }
            if (longest.isNegative() || longest.isZero() == (most > 0) || longest.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("wait: " + longest + " (expected: at most " + LONGEST + ")");
            }
        }
    }

    /** Who shares a limit. */
    public enum Scope {
        /** Each identity has it for itself. Callers without an identity have one together. */
        IDENTITY,
        /** All callers that match have it together. */
        ALL
    }

    /** @throws IllegalArgumentException a number is out of range */
    public LimitRule {
        from = List.copyOf(from);
        range("per second", perSecond);
        range("burst", burst);
        if (unit != Unit.AT_ONCE && waiting.most() > 0) {
            throw new IllegalArgumentException(
                    "waiting: " + waiting.most() + " (expected: 0 but for requests at once)");
        }
    }

    /** One that nothing waits for. */
    public LimitRule(List<Source> from, Unit unit, int perSecond, int burst, Scope scope) {
        this(from, unit, perSecond, burst, scope, Waiting.NONE);
    }

    private static void range(String what, int value) {
        if (value < 1 || value > MAX_RATE) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 1-" + MAX_RATE + ")");
        }
    }
}
