package dev.weft.files.yaml;

import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.RouteKind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code matches} of a route's rule. */
final class RouteMatchReader {

    private static final Match.PathMatch ROOT = new Match.PathMatch.Prefix("/");
    private static final Match ALL_HTTP = new Match(ROOT, null, List.of(), List.of());
    private static final Match ALL_GRPC = new Match(new Match.PathMatch.Any(), null, List.of(), List.of());

    private RouteMatchReader() {}

    /** Returns at least one match: a rule without matches applies to every request. */
    static List<Match> read(RouteKind kind, Fields rule) {
        List<Match> matches = switch (kind) {
            case HTTP -> rule.mappings("matches", RouteMatchReader::http);
            case GRPC -> rule.mappings("matches", RouteMatchReader::grpc);
        };
        return matches.isEmpty()
                ? List.of(
                        switch (kind) {
                            case HTTP -> ALL_HTTP;
                            case GRPC -> ALL_GRPC;
                        })
                : matches;
    }

    private static Match http(Fields fields) {
        Match.PathMatch path = fields.mapping("path", RouteMatchReader::path);
        return new Match(
                path == null ? ROOT : path,
                fields.text("method"),
                headers(fields),
                firstOfName(fields.mappings("queryParams", RouteMatchReader::field)));
    }

    private static Match grpc(Fields fields) {
        Match.PathMatch path = fields.mapping("method", RouteMatchReader::call);
        return new Match(path == null ? new Match.PathMatch.Any() : path, null, headers(fields), List.of());
    }

    private static Match.PathMatch path(Fields fields) {
        String path = Objects.requireNonNullElse(fields.text("value"), "/");
        if ("Exact".equals(fields.text("type"))) {
            return new Match.PathMatch.Exact(path);
        }
        return new Match.PathMatch.Prefix(
                path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    private static Match.PathMatch call(Fields fields) {
        String service = fields.text("service");
        String method = fields.text("method");
        if (service == null && method == null) {
            fields.problem("nothing is said (expected: service, method, or both)");
            return new Match.PathMatch.Any();
        }
        if (service == null) {
            return new Match.PathMatch.GrpcMethod(method == null ? "" : method);
        }
        return method == null
                ? new Match.PathMatch.Prefix("/" + service)
                : new Match.PathMatch.Exact("/" + service + "/" + method);
    }

    private static List<Match.Field> headers(Fields fields) {
        return firstOfName(fields.mappings("headers", RouteMatchReader::header));
    }

    /** Reads a header and its value, and converts its name to lower case. */
    static Match.@Nullable Field header(Fields fields) {
        Match.Field given = field(fields);
        return given == null ? null : new Match.Field(lower(given.name()), given.value());
    }

    private static Match.@Nullable Field field(Fields fields) {
        String name = fields.text("name");
        String value = fields.text("value");
        return name == null || value == null ? null : new Match.Field(name, value);
    }

    /** Returns a header's name in lower case. */
    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Removes each item whose name an earlier item has, as the Gateway API demands. */
    static List<Match.Field> firstOfName(List<Match.Field> items) {
        Set<String> seen = new HashSet<>();
        return items.stream().filter(item -> seen.add(item.name())).toList();
    }
}
