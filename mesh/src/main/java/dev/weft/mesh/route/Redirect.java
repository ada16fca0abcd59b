package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the caller elsewhere.
 *
 * @param scheme null for that of the request
 * @param hostname null for that of the request
 * @param port null for that of the scheme if there is one, else that of the request
 * @param status of the response
 * @param path in the place of the request's
 */
public record Redirect(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable Integer port,
        int status,
        Optional<HeadChanges.PathChange> path) {

    /** Those that a response can have. */
    public static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** What the Gateway API says where there is none. */
    public static final int DEFAULT_STATUS = 302;

    /** @throws IllegalArgumentException if the status is none of a redirect */
    public Redirect {
        requireNonNull(path, "path");
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status: " + status + " (expected: one of " + STATUSES + ")");
        }
    }
}
