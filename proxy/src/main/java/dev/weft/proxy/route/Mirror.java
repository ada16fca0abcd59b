package dev.weft.proxy.route;

import java.util.random.RandomGenerator;

/**
 * A Service that copies of requests are sent to. Its responses are dropped.
 *
 * @param backend the Service; its weight is not used
 * @param millionths how many of a million requests are copied, on average
 */
public record Mirror(Backend backend, int millionths) {
    /** The value of {@code millionths} that copies all requests. */
    public static final int ALL = 1_000_000;

    /** Decides at random whether one request is copied. */
    public boolean takes(RandomGenerator random) {
        return random.nextInt(ALL) < millionths;
    }
}
