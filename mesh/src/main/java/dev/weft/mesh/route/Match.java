package dev.weft.mesh.route;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request must have; all of it must hold.
 *
 * @param path what its path must be
 * @param method null for any
 * @param headers names in lower case, each once
 * @param query parameters, each name once
 */
public record Match(PathMatch path, @Nullable String method, List<Field> headers, List<Field> query) {

    /** Most headers, as in the Gateway API. */
    public static final int MAX_HEADERS = 16;

    /** Most parameters of the query, as in the Gateway API. */
    public static final int MAX_QUERY = 16;

    /** @throws IllegalArgumentException if there are more of something than may be */
    public Match {
        headers = Limits.checked("headers", headers, MAX_HEADERS);
        query = Limits.checked("queryParams", query, MAX_QUERY);
    }

    /** A name, and the value that it must have. */
    public record Field(String name, String value) {

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** What a path must be. */
    public sealed interface PathMatch {

        /** Any path. */
        record Any() implements PathMatch {}

        /** This one. */
        record Exact(String path) implements PathMatch {}

        /** It begins with these elements; without "/" at its end, but for "/" alone. */
        record Prefix(String path) implements PathMatch {}

        /** The method of that name of any gRPC service: the last of two elements. */
        record GrpcMethod(String method) implements PathMatch {}
    }

    /** Whether each request that meets the other meets this. It may be so where this says no. */
    public boolean covers(Match other) {
        return coversPath(other.path)
                && (method == null || method.equals(other.method))
                && other.headers.containsAll(headers)
                && other.query.containsAll(query);
    }

    private boolean coversPath(PathMatch other) {
        return switch (path) {
            case PathMatch.Any _ -> true;
            case PathMatch.Prefix(String prefix) ->
                prefix.equals("/")
                        ? !(other instanceof PathMatch.Any)
                        : switch (other) {
                            case PathMatch.Exact(String exact) -> isWithin(exact, prefix);
                            case PathMatch.Prefix(String longer) -> isWithin(longer, prefix);
                            case PathMatch.Any _, PathMatch.GrpcMethod _ -> false;
                        };
            case PathMatch.Exact _ -> path.equals(other);
            case PathMatch.GrpcMethod(String name) ->
                path.equals(other) || (other instanceof PathMatch.Exact(String exact) && isMethod(exact, name));
        };
    }

    private static boolean isWithin(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static boolean isMethod(String path, String name) {
        int last = path.lastIndexOf('/');
        return last > 0
                && path.indexOf('/', 1) == last
                && path.substring(last + 1).equals(name);
    }

    /** As {@code GET /orders/* x-canary=yes}. */
    @Override
    public String toString() {
        String where = switch (path) {
            case PathMatch.Any _ -> "*";
            case PathMatch.Exact(String exact) -> exact;
            case PathMatch.Prefix(String prefix) -> prefix.equals("/") ? "/*" : prefix + "/*";
            case PathMatch.GrpcMethod(String name) -> "/*/" + name;
        };
        return (method == null ? "" : method + " ")
                + where
                + (query.isEmpty() ? "" : " ?" + joined(query, "&"))
                + (headers.isEmpty() ? "" : " " + joined(headers, " "));
    }

    private static String joined(List<Field> fields, String between) {
        return fields.stream().map(Field::toString).collect(Collectors.joining(between));
    }
}
