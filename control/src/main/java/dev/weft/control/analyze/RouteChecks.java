package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.daemon.text.Guess;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges routes against the Services of the mesh, and against one another. */
record RouteChecks(Snapshot objects) {

    static final String NO_PARENT = "WEFT-L330";
    static final String NO_BACKEND = "WEFT-L331";
    static final String NO_WEIGHT = "WEFT-L332";
    static final String NEVER_MET = "WEFT-L333";
    static final String HOSTNAMES = "WEFT-L334";
    static final String LEFT_OUT = "WEFT-L335";
    static final String NOT_PERMITTED = "WEFT-L336";
    static final String CONFLICTED = "WEFT-L337";

    List<Problem> problems(Route route) {
        Set<Problem> problems = new LinkedHashSet<>();
        if (!route.hostnames().isEmpty()) {
            problems.add(new Problem(
                    HOSTNAMES,
                    "hostnames mean nothing: the route of a Service is about requests to each of its names",
                    "remove hostnames"));
        }
        route.parents().forEach(parent -> parent(parent).ifPresent(problems::add));
        route.backends().forEach(backend -> backend(route.name(), backend).ifPresent(problems::add));
        for (int i = 0; i < route.rules().size(); i++) {
            Rule rule = route.rules().get(i);
            if (rule.redirect().isEmpty() && rule.backends().stream().allMatch(backend -> backend.weight() == 0)) {
                problems.add(new Problem(
                        NO_WEIGHT,
                        "rule " + new PortRoutes.Placed(route.name(), i + 1, rule).shortName()
                                + (rule.backends().isEmpty() ? " has no backend" : " has backends of weight 0 alone")
                                + ": its requests are answered with 500",
                        "give it a backend whose weight is not 0"));
            }
        }
        return List.copyOf(problems);
    }

    private Optional<Problem> parent(Route.Parent parent) {
        Service service = objects.services().get(parent.service());
        if (service == null) {
            return Optional.of(new Problem(
                    NO_PARENT,
                    "there is no Service " + parent.service() + ", so nothing goes by it",
                    near(parent.service())));
        }
        return service.ports().stream().anyMatch(parent::means)
                ? Optional.empty()
                : Optional.of(new Problem(NO_PARENT, parent + " is not there, so nothing goes by it", ports(service)));
    }

    private Optional<Problem> backend(RouteName route, Backend backend) {
        if (!backend.kind().equals(Backend.SERVICE)) {
            return Optional.of(new Problem(
                    NO_BACKEND,
                    backend + " is not a Service: its share of the requests is answered with 500",
                    "name a Service"));
        }
        if (!objects.permits(route, backend)) {
            return Optional.of(new Problem(
                    NOT_PERMITTED,
                    backend + " is of another namespace, and no ReferenceGrant there permits it: its share of the"
                            + " requests is answered with 500",
                    "write a ReferenceGrant in namespace " + backend.service().namespace() + ", from "
                            + route.kind().kindName() + " of namespace "
                            + route.name().namespace() + " to Service "
                            + backend.service().name()));
        }
        Service service = objects.services().get(backend.service());
        if (service == null) {
            return Optional.of(new Problem(
                    NO_BACKEND,
                    "there is no Service " + backend.service() + ": its share of the requests is answered with 500",
                    near(backend.service())));
        }
        return service.ports().stream().anyMatch(port -> port.port() == backend.port())
                ? Optional.empty()
                : Optional.of(new Problem(
                        NO_BACKEND,
                        backend + " is not there: its share of the requests is answered with 500",
                        ports(service)));
    }

    private String near(ObjectName missing) {
        List<String> names = objects.services().keySet().stream()
                .filter(name -> name.namespace().equals(missing.namespace()))
                .map(ObjectName::name)
                .toList();
        return Guess.near(missing.name(), names).stream()
                .findFirst()
                .map(name -> "did you mean " + name + "?")
                .orElse("name a Service of namespace " + missing.namespace());
    }

    private static String ports(Service service) {
        return "Service " + service.name() + " has "
                + service.ports().stream()
                        .map(port -> Integer.toString(port.port()))
                        .collect(Collectors.joining(", "));
    }

    record RouteProblem(RouteName route, Problem problem) {}

    /** Returns the problems that appear when the routes of a Service's ports are compared with one another. */
    List<RouteProblem> problems(Service service) {
        Map<Integer, PortRoutes> ofPorts = PortRoutes.of(service, objects.routes());
        return service.ports().stream()
                .flatMap(port -> problems(service, port, Objects.requireNonNull(ofPorts.get(port.port()))).stream())
                .toList();
    }

    private static List<RouteProblem> problems(Service service, Service.Port port, PortRoutes routes) {
        List<RouteProblem> problems = new ArrayList<>();
        String where = "it does not count at port " + port.port() + " of Service " + service.name() + ", which has ";
        Problem leftOut =
                new Problem(LEFT_OUT, where + "more routes than fit", "a Service's port takes " + PortRoutes.LIMITS);
        routes.leftOut().forEach(name -> problems.add(new RouteProblem(name, leftOut)));
        Problem conflicted = new Problem(
                CONFLICTED,
                where + "a GRPCRoute: that goes before HTTPRoutes",
                "say in a GRPCRoute what calls need, or give the two ports of their own");
        routes.conflicted().forEach(name -> problems.add(new RouteProblem(name, conflicted)));
        for (int i = 1; i < routes.matches().size(); i++) {
            PortRoutes.Ranked ranked = routes.matches().get(i);
            PortRoutes.Placed placed = routes.rules().get(ranked.rule());
            routes.matches().subList(0, i).stream()
                    .filter(before -> before.match().covers(ranked.match()))
                    .findFirst()
                    .map(earlier -> new Problem(
                            NEVER_MET,
                            "no request meets " + ranked.match() + " of rule " + placed.shortName() + " at port "
                                    + port.port() + " of Service " + service.name() + ": "
                                    + routes.rules().get(earlier.rule()) + " has it before",
                            "remove one of the two, or make this one narrower"))
                    .ifPresent(problem -> problems.add(new RouteProblem(placed.route(), problem)));
        }
        return problems;
    }
}
