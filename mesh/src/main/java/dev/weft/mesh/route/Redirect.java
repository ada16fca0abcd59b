package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A response that redirects the caller.
 *
 * @param scheme new scheme; null to keep the request's scheme
 * @param hostname new host; null to keep the request's host
 * @param port new port; null for the default port of the new scheme if there is one, otherwise the request's port
 */
public record Redirect(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable Integer port,
        int status,
        Optional<HeadChanges.PathChange> path) {

    /** The statuses that a redirect may have. */
    public static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** The default status in the Gateway API. */
    public static final int DEFAULT_STATUS = 302;

    /** @throws IllegalArgumentException if the status is not one of a redirect */
    public Redirect {
        requireNonNull(path, "path");
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status: " + status + " (expected: one of " + STATUSES + ")");
        }
    }
}
