package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

/**
 * A Service that requests are sent to as well, whose responses are dropped.
 *
 * @param backend the Service
 * @param millionths how many of a million requests
 */
public record Mirror(Backend backend, int millionths) {

    /** All requests. */
    public static final int ALL = 1_000_000;

    /** @throws IllegalArgumentException if the share is out of range */
    public Mirror {
        requireNonNull(backend, "backend");
        if (millionths < 0 || millionths > ALL) {
            throw new IllegalArgumentException("share: " + millionths + " (expected: 0-" + ALL + ")");
        }
    }
}
