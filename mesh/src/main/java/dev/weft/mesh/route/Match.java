package dev.weft.mesh.route;

import dev.weft.policy.request.RequestFields;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The properties that a request must have to match. All of them must hold.
 *
 * @param path the required path
 * @param method the required method; null for any
 * @param headers required headers, names in lower case, each name once
 * @param query required query parameters, each name once
 */
public record Match(PathMatch path, @Nullable String method, List<Field> headers, List<Field> query) {

    /** Most headers, as in the Gateway API. */
    public static final int MAX_HEADERS = 16;

    /** Most parameters of the query, as in the Gateway API. */
    public static final int MAX_QUERY = 16;

    /** @throws IllegalArgumentException if there are too many headers or parameters */
    public Match {
        headers = Limits.checked("headers", headers, MAX_HEADERS);
        query = Limits.checked("queryParams", query, MAX_QUERY);
    }

    /** A name, and the value that the field must have. */
    public record Field(String name, String value) {

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** A condition on the path. */
    public sealed interface PathMatch {

        record Any() implements PathMatch {}

        record Exact(String path) implements PathMatch {}

        /** All paths that begin with these elements. The prefix does not end with "/", except for "/" itself. */
        record Prefix(String path) implements PathMatch {}

        /** A method of this name of any gRPC service: the path has two elements, and the second is the method. */
        record GrpcMethod(String method) implements PathMatch {}
    }

    /**
     * Whether this match certainly includes every request that the other match includes. False if that is not certain.
     */
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

    /** Returns in words the first property that a request lacks; empty if the request matches. */
    public Optional<String> unmet(RequestFields asked) {
        if (!meetsPath(asked.request().path())) {
            return Optional.of("its path is not " + where());
        }
        if (method != null && !method.equals(asked.request().method())) {
            return Optional.of("its method is not " + method);
        }
        return headers.stream()
                .filter(field -> !field.value().equals(asked.header(field.name())))
                .map(field -> "it has no header " + field)
                .findFirst()
                .or(() -> query.stream()
                        .filter(field -> !field.value().equals(asked.parameter(field.name())))
                        .map(field -> "it has no parameter " + field)
                        .findFirst());
    }

    private boolean meetsPath(String asked) {
        return switch (path) {
            case PathMatch.Any _ -> true;
            case PathMatch.Exact(String exact) -> normal(exact).equals(asked);
            case PathMatch.Prefix(String prefix) -> prefix.equals("/") || isWithin(asked, normal(prefix));
            case PathMatch.GrpcMethod(String name) -> isMethod(asked, name);
        };
    }

    /** Returns the path in the form in which sidecars compare it with the paths of requests. */
    private static String normal(String path) {
        try {
            return RequestPath.normalize(path);
        } catch (UnacceptablePathException _) {
            return path; // no request has this path
        }
    }

    /** Returns a text such as {@code GET /orders/* x-canary=yes}. */
    @Override
    public String toString() {
        return (method == null ? "" : method + " ")
                + where()
                + (query.isEmpty() ? "" : " ?" + joined(query, "&"))
                + (headers.isEmpty() ? "" : " " + joined(headers, " "));
    }

    private String where() {
        return switch (path) {
            case PathMatch.Any _ -> "*";
            case PathMatch.Exact(String exact) -> exact;
            case PathMatch.Prefix(String prefix) -> prefix.equals("/") ? "/*" : prefix + "/*";
            case PathMatch.GrpcMethod(String name) -> "/*/" + name;
        };
    }

    private static String joined(List<Field> fields, String between) {
        return fields.stream().map(Field::toString).collect(Collectors.joining(between));
    }
}
