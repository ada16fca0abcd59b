package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an HTTPRoute or a GRPCRoute whose parents are Services. */
final class RouteReader {

    private final RouteName name;
    private final ReferenceMode references;

    private RouteReader(RouteName name, ReferenceMode references) {
        this.name = name;
        this.references = references;
    }

    static Route read(RouteKind kind, ObjectName name, Fields spec, ReferenceMode references) {
        return new RouteReader(new RouteName(kind, name), references).route(spec);
    }

    private Route route(Fields spec) {
        List<Route.Parent> parents = spec.mappings("parentRefs", this::parent);
        if (parents.isEmpty() && references == ReferenceMode.OF_FILES) {
            spec.problem("no usable parent (expected: parentRefs: [{group: \"\", kind: Service, name, port}])");
        }
        List<Rule> rules = spec.mappings("rules", this::rule);
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        if (matches > Route.MAX_MATCHES) {
            spec.problem(
                    "rules",
                    matches + " matches of all rules (expected: at most " + Route.MAX_MATCHES
                            + "; share them among several routes)");
            rules = List.of();
        }
        return new Route(name, Optional.empty(), spec.texts("hostnames"), parents, rules);
    }

    private Route.@Nullable Parent parent(Fields fields) {
        String group = fields.text("group");
        String kind = fields.text("kind");
        String service = fields.text("name");
        String namespace = fields.text("namespace");
        int port = fields.number("port", 0);
        if (!ReferenceMode.isCore(group, RouteKind.GROUP) || !Backend.SERVICE.equals(kind)) {
            if (references == ReferenceMode.OF_FILES) {
                fields.problem("kind " + (kind == null ? "Gateway" : kind) + " of group "
                        + (group == null ? RouteKind.GROUP : group)
                        + " (expected: group: \"\" and kind: Service; a mesh has no Gateways, the route of a Service"
                        + " is obeyed by those who call it)");
            }
            return null;
        }
        String home = name.name().namespace();
        if (namespace != null && !namespace.equals(home) && references == ReferenceMode.OF_FILES) {
            fields.problem("namespace: " + namespace + " (expected: " + home
                    + ", that of the route; routes for the callers of one namespace alone are not obeyed)");
            return null;
        }
        return service == null
                ? null
                : new Route.Parent(
                        new ObjectName(namespace == null ? home : namespace, service),
                        port == 0 ? null : port,
                        fields.text("sectionName"));
    }

    private @Nullable Rule rule(Fields fields) {
        List<Match> matches = RouteMatchReader.read(name.kind(), fields);
        BackendReader backendReader = new BackendReader(name, references, matches);
        RouteFilterReader filters = new RouteFilterReader(backendReader, matches);
        filters.read(fields);
        List<Backend> backends = fields.mappings("backendRefs", backendReader::read);
        if (filters.redirect().isPresent() && !backends.isEmpty()) {
            fields.problem("backendRefs and a RequestRedirect filter (expected: one of the two)");
            return null;
        }
        return new Rule(
                fields.text("name"),
                matches,
                backends,
                filters.changes(),
                filters.redirect(),
                filters.mirrors(),
                Objects.requireNonNullElse(fields.mapping("timeouts", RouteReader::timeouts), Timeouts.NONE),
                Optional.ofNullable(fields.mapping("retry", RouteReader::retry)));
    }

    private static Timeouts timeouts(Fields fields) {
        Duration request = duration(fields, "request", Duration.ZERO);
        Duration backend = duration(fields, "backendRequest", Duration.ZERO);
        if (!request.isZero() && backend.compareTo(request) > 0) {
            fields.problem("backendRequest is longer than request (expected: at most as long)");
            return Timeouts.NONE;
        }
        return new Timeouts(request, backend);
    }

    private static Retry retry(Fields fields) {
        return new Retry(
                List.copyOf(fields.numbers("codes")),
                fields.number("attempts", 1),
                duration(fields, "backoff", Retry.DEFAULT_BACKOFF));
    }

    private static Duration duration(Fields fields, String key, Duration defaultValue) {
        return Objects.requireNonNullElse(fields.text(key, Timeouts::parse), defaultValue);
    }
}
