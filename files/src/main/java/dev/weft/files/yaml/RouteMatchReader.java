package dev.weft.files.yaml;

import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.Rule;
import dev.weft.policy.model.RequestMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code matches} of a route's rule. */
final class RouteMatchReader {

    private static final String SEVERAL = "regular expressions are not matched: write several matches";
    private static final Match.PathMatch ROOT = new Match.PathMatch.Prefix("/");
    private static final Match ALL_HTTP = new Match(ROOT, null, List.of(), List.of());
    private static final Match ALL_GRPC = new Match(new Match.PathMatch.Any(), null, List.of(), List.of());

    private RouteMatchReader() {}

    /** At least one: a rule without matches is about every request. */
    static List<Match> read(RouteKind kind, Fields rule) {
        List<Match> matches = switch (kind) {
            case HTTP -> rule.mappings("matches", RouteMatchReader::http);
            case GRPC -> rule.mappings("matches", RouteMatchReader::grpc);
        };
        List<Match> limited = RouteForms.limited(rule, "matches", matches, Rule.MAX_MATCHES);
        return limited.isEmpty()
                ? List.of(
                        switch (kind) {
                            case HTTP -> ALL_HTTP;
                            case GRPC -> ALL_GRPC;
                        })
                : limited;
    }

    private static Match http(Fields fields) {
        Match.PathMatch path = fields.mapping("path", RouteMatchReader::path);
        String method = fields.text("method", RouteForms::method);
        List<Match.Field> query = RouteForms.distinct(
                fields,
                "queryParams",
                RouteForms.limited(
                        fields,
                        "queryParams",
                        fields.mappings("queryParams", RouteMatchReader::parameter),
                        Match.MAX_QUERY),
                Match.Field::name);
        return new Match(path == null ? ROOT : path, method, headers(fields), query);
    }

    private static Match grpc(Fields fields) {
        Match.PathMatch path = fields.mapping("method", RouteMatchReader::call);
        return new Match(path == null ? new Match.PathMatch.Any() : path, null, headers(fields), List.of());
    }

    private static Match.PathMatch path(Fields fields) {
        String type = fields.text("type", RouteForms.type(SEVERAL, "PathPrefix", "Exact"));
        String value = fields.text("value", RouteForms::path);
        String path = value == null ? "/" : value;
        if ("Exact".equals(type)) {
            return new Match.PathMatch.Exact(path);
        }
        return new Match.PathMatch.Prefix(
                path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    private static Match.PathMatch call(Fields fields) {
        fields.text("type", RouteForms.type(SEVERAL, "Exact"));
        String service = fields.text("service", RequestMatch.Grpc::unmetService);
        String method = fields.text("method", RequestMatch.Grpc::unmetMethod);
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
        return RouteForms.distinct(
                fields,
                "headers",
                RouteForms.limited(
                        fields, "headers", fields.mappings("headers", RouteMatchReader::header), Match.MAX_HEADERS),
                Match.Field::name);
    }

    private static Match.@Nullable Field header(Fields fields) {
        fields.text("type", RouteForms.type(SEVERAL, "Exact"));
        String name = fields.requiredText("name", RouteForms::headerName);
        String value = fields.requiredText("value", RouteForms::headerValue);
        return name.isEmpty() ? null : new Match.Field(RouteForms.lower(name), value);
    }

    private static Match.@Nullable Field parameter(Fields fields) {
        fields.text("type", RouteForms.type(SEVERAL, "Exact"));
        String name = fields.requiredText("name", RouteForms::queryName);
        String value = fields.requiredText("value", RouteForms::queryValue);
        return name.isEmpty() ? null : new Match.Field(name, value);
    }
}
