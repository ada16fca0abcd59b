package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of the heads of messages is changed.
 *
 * @param request of a request, in this order
 * @param response of its response, in this order
 * @param hostname in the place of the host; null for none
 * @param path in the place of the path
 */
public record HeadChanges(
        List<FieldChange> request,
        List<FieldChange> response,
        @Nullable String hostname,
        Optional<PathChange> path) {

    /** Nothing is changed. */
    public static final HeadChanges NONE = new HeadChanges(List.of(), List.of(), null, Optional.empty());

    /** Most fields that are set, added or removed, of each sort, as in the Gateway API. */
    public static final int MAX_FIELDS = 16;

    /** @throws IllegalArgumentException if there are more changes than may be */
    public HeadChanges {
        request = Limits.checked("changes of the request", request, 3 * MAX_FIELDS);
        response = Limits.checked("changes of the response", response, 3 * MAX_FIELDS);
        requireNonNull(path, "path");
    }

    /** A change of a header field. Names are in lower case. */
    public sealed interface FieldChange {

        /** The value in the place of those that are there. */
        record Set(String name, String value) implements FieldChange {}

        /** The value beside those that are there. */
        record Add(String name, String value) implements FieldChange {}

        /** None of this name. */
        record Remove(String name) implements FieldChange {}
    }

    /** What takes the place of a path; the query stays. */
    public sealed interface PathChange {

        /** In the place of the whole path. */
        record Full(String path) implements PathChange {}

        /** In the place of the prefix that matched; empty or "/" cuts it off. */
        record Prefix(String prefix) implements PathChange {}
    }

    /** Whether nothing is changed. */
    public boolean isNone() {
        return equals(NONE);
    }
}
