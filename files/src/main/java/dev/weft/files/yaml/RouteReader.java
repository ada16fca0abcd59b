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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an HTTPRoute or a GRPCRoute whose parents are Services. */
final class RouteReader {

    private static final String INSTEAD_OF_SESSIONS =
            "not obeyed (expected: none; requests of a session may go to any endpoint)";

    private final RouteName name;
    private final References references;

    private RouteReader(RouteName name, References references) {
        this.name = name;
        this.references = references;
    }

    static Route read(RouteKind kind, ObjectName name, Fields spec, References references) {
        return new RouteReader(new RouteName(kind, name), references).route(spec);
    }

    private Route route(Fields spec) {
        RouteForms.refuse(
                spec, "useDefaultGateways", "a mesh has no Gateways (expected: parentRefs that name Services)");
        List<Route.Parent> parents =
                RouteForms.limited(spec, "parentRefs", spec.mappings("parentRefs", this::parent), Route.MAX_PARENTS);
        if (parents.isEmpty() && references == References.OF_FILES) {
            spec.problem("no usable parent (expected: parentRefs: [{group: \"\", kind: Service, name, port}])");
        }
        List<String> hostnames = RouteForms.limited(
                spec, "hostnames", spec.texts("hostnames", RouteForms::hostnames), Route.MAX_HOSTNAMES);
        List<Rule> rules = RouteForms.limited(spec, "rules", spec.mappings("rules", this::rule), Route.MAX_RULES);
        if (rules.isEmpty()) {
            spec.problem("no usable rule (expected: rules: [{matches, backendRefs}])");
        }
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        if (matches > Route.MAX_MATCHES) {
            spec.problem(
                    null,
                    "rules",
                    matches + " matches of all rules (expected: at most " + Route.MAX_MATCHES
                            + "; share them among several routes)");
            rules = List.of();
        }
        return new Route(name, Optional.empty(), hostnames, parents, rules);
    }

    private Route.@Nullable Parent parent(Fields fields) {
        String group = fields.text("group", Syntax::text);
        String kind = fields.text("kind", Syntax::nonEmpty);
        String service = fields.requiredText("name", Syntax::dnsName);
        String namespace = fields.text("namespace", Syntax::dnsLabel);
        int port = fields.number("port", 0, 1, References.MAX_PORT);
        String portName = fields.text("sectionName", RouteForms::sectionName);
        if (!References.isCore(group, RouteKind.GROUP) || !Backend.SERVICE.equals(kind)) {
            if (references == References.OF_FILES) {
                fields.problem("kind " + (kind == null ? "Gateway" : kind) + " of group "
                        + (group == null ? RouteKind.GROUP : group)
                        + " (expected: group: \"\" and kind: Service; a mesh has no Gateways, the route of a Service is obeyed"
                        + " by those who call it)");
            }
            return null;
        }
        String home = name.name().namespace();
        if (namespace != null && !namespace.equals(home) && references == References.OF_FILES) {
            fields.problem("namespace: " + namespace + " (expected: " + home
                    + ", that of the route; routes for the callers of one namespace alone are not obeyed)");
            return null;
        }
        return service.isEmpty()
                ? null
                : new Route.Parent(
                        new ObjectName(namespace == null ? home : namespace, service),
                        port == 0 ? null : port,
                        portName);
    }

    private @Nullable Rule rule(Fields fields) {
        String ruleName = fields.text("name", RouteForms::sectionName);
        RouteForms.refuse(fields, "sessionPersistence", INSTEAD_OF_SESSIONS);
        List<Match> matches = RouteMatchReader.read(name.kind(), fields);
        BackendReader backendReader = new BackendReader(name, references, matches);
        RouteFilterReader filters = RouteFilterReader.ofRule(backendReader, matches);
        filters.read(fields);
        List<Backend> backends = RouteForms.limited(
                fields, "backendRefs", fields.mappings("backendRefs", backendReader::read), Rule.MAX_BACKENDS);
        if (filters.redirect().isPresent() && !backends.isEmpty()) {
            fields.problem("backendRefs and a RequestRedirect filter (expected: one of the two)");
            return null;
        }
        Timeouts timeouts = Timeouts.NONE;
        Optional<Retry> retry = Optional.empty();
        if (name.kind() == RouteKind.HTTP) {
            Timeouts read = fields.mapping("timeouts", RouteReader::timeouts);
            timeouts = read == null ? Timeouts.NONE : read;
            retry = Optional.ofNullable(fields.mapping("retry", RouteReader::retry));
        } else {
            RouteForms.refuse(
                    fields, "timeouts", "a GRPCRoute has none (expected: a deadline of the call, or an HTTPRoute)");
            RouteForms.refuse(fields, "retry", "a GRPCRoute has none (expected: an HTTPRoute)");
        }
        return new Rule(
                ruleName, matches, backends, filters.changes(), filters.redirect(), filters.mirrors(), timeouts, retry);
    }

    private static Timeouts timeouts(Fields fields) {
        Duration request = duration(fields, "request", Timeouts.MAX, "500h", Duration.ZERO);
        Duration backend = duration(fields, "backendRequest", Timeouts.MAX, "500h", Duration.ZERO);
        if (!request.isZero() && backend.compareTo(request) > 0) {
            fields.problem("backendRequest is longer than request (expected: at most as long)");
            return Timeouts.NONE;
        }
        return new Timeouts(request, backend);
    }

    private static Retry retry(Fields fields) {
        List<Integer> codes = RouteForms.limited(
                        fields,
                        "codes",
                        fields.texts("codes", RouteForms.number(Retry.MIN_STATUS, Retry.MAX_STATUS)),
                        Retry.MAX_STATUSES)
                .stream()
                .map(Integer::valueOf)
                .distinct()
                .toList();
        int attempts = fields.number("attempts", 1, 0, Retry.MAX_ATTEMPTS);
        return new Retry(codes, attempts, duration(fields, "backoff", Retry.MAX_BACKOFF, "30s", Retry.DEFAULT_BACKOFF));
    }

    private static Duration duration(Fields fields, String key, Duration most, String words, Duration otherwise) {
        String text = fields.text(key, RouteForms.duration(most, words));
        return text == null ? otherwise : RouteForms.duration(text);
    }
}
