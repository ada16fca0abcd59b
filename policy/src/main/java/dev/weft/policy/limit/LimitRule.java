package dev.weft.policy.limit;

import dev.weft.policy.model.Source;
import java.util.List;

/**
 * One limit.
 *
 * @param from callers that it is about: any of these must match; none means every caller
 * @param unit what is counted
 * @param perSecond how many there may be in a second for long, 1 to {@link #MAX_RATE}; of {@link Unit#AT_ONCE} how many at once
 * @param burst how many there may be at once after a pause, 1 to {@link #MAX_RATE}
 * @param scope who shares the limit
 */
public record LimitRule(List<Source> from, Unit unit, int perSecond, int burst, Scope scope) {

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
    }

    private static void range(String what, int value) {
        if (value < 1 || value > MAX_RATE) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 1-" + MAX_RATE + ")");
        }
    }
}
