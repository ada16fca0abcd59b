package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the heads of requests and their responses.
 *
 * @param request changes to header fields of a request, in this order
 * @param response changes to header fields of its response, in this order
 * @param hostname new host of the request; null to keep the host
 */
public record HeadChanges(
        List<FieldChange> request,
        List<FieldChange> response,
        @Nullable String hostname,
        Optional<PathChange> path) {

    /** No change. */
    public static final HeadChanges NONE = new HeadChanges(List.of(), List.of(), null, Optional.empty());

    /** Most fields that may be set, added or removed (each counted separately), as in the Gateway API. */
    public static final int MAX_FIELDS = 16;

    /** @throws IllegalArgumentException if there are too many changes */
    public HeadChanges {
        request = Limits.checked("changes of the request", request, 3 * MAX_FIELDS);
        response = Limits.checked("changes of the response", response, 3 * MAX_FIELDS);
        requireNonNull(path, "path");
    }

    /** A change of a header field. Names are in lower case. */
    public sealed interface FieldChange {

        /** Sets the field to this value, in place of all present values. */
        record Set(String name, String value) implements FieldChange {}

        /** Adds this value besides the present values. */
        record Add(String name, String value) implements FieldChange {}

        /** Removes all fields of this name. */
        record Remove(String name) implements FieldChange {}
    }

    /** A replacement for a path or a part of it; the query stays. */
    public sealed interface PathChange {

        /** Replaces the whole path. */
        record Full(String path) implements PathChange {}

        /** Replaces the prefix that matched; empty or "/" removes it. */
        record Prefix(String prefix) implements PathChange {}
    }

    /** Whether there is no change. */
    public boolean isNone() {
        return equals(NONE);
    }
}
