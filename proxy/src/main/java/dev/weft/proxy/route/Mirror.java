package dev.weft.proxy.route;

import java.util.random.RandomGenerator;

/**
 * A Service that copies of requests go to, whose responses are dropped.
 *
 * @param backend its weight says nothing
 * @param millionths how many of a million requests are copied
 */
public record Mirror(Backend backend, int millionths) {
    /** All requests. */
    public static final int ALL = 1_000_000;

    /** Whether one request is copied. */
    public boolean takes(RandomGenerator random) {
        return random.nextInt(ALL) < millionths;
    }
}
