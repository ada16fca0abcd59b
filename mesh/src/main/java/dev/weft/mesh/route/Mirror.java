package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

/**
 * A Service that gets a copy of requests. Its responses are dropped.
 *
 * @param millionths share of the requests, in millionths
 */
public record Mirror(Backend backend, int millionths) {

    /** The share that stands for all requests. */
    public static final int ALL = 1_000_000;

    /** @throws IllegalArgumentException if the share is out of range */
    public Mirror {
        requireNonNull(backend, "backend");
        Limits.checkRange("share", millionths, ALL);
    }
}
