package dev.weft.control.explain;

import dev.weft.api.v1.ListRoutesRequest;
import dev.weft.api.v1.RequestField;
import dev.weft.api.v1.RoutedPort;
import dev.weft.api.v1.RoutedRequest;
import dev.weft.api.v1.UnusedRoute;
import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.select.RouteReferences;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestFields;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lists the routes of Services, port by port. */
record RoutedPorts(Questions asked) {

    List<RoutedPort> of(ListRoutesRequest request) {
        RequestFields fields = request.hasRequest() ? fields(request.getRequest()) : null;
        boolean named = !request.getService().isEmpty();
        List<RoutedPort> routedPorts = new ArrayList<>();
        for (ObjectName name : named ? List.of(service(request.getService())) : parents(request.getNamespace())) {
            Service service = asked.objects().services().get(name);
            if (service != null) {
                for (Service.Port port : ports(service, request.getPort(), named)) {
                    RoutedPort message = port(service, port, fields);
                    if (named || message.getMatchesCount() > 0) {
                        routedPorts.add(message);
                    }
                }
            }
            Map<String, String> unused = unused(name);
            if (!unused.isEmpty()) {
                RoutedPort.Builder rest = RoutedPort.newBuilder().setService(name.toString());
                unused.forEach((route, reason) ->
                        rest.addUnused(UnusedRoute.newBuilder().setRoute(route).setReason(reason)));
                routedPorts.add(rest.build());
            }
        }
        return routedPorts;
    }

    private static List<Service.Port> ports(Service service, int wanted, boolean named) {
        List<Service.Port> ports = service.ports().stream()
                .filter(port -> wanted == 0 || wanted == port.port())
                .toList();
        if (named && ports.isEmpty()) {
            String there = service.ports().stream()
                    .map(port -> Integer.toString(port.port()))
                    .collect(Collectors.joining(", "));
            throw new RefusedException(
                    Questions.NO_PORT,
                    "Service " + service.name() + " has no port " + wanted,
                    "its ports are: " + there);
        }
        return ports;
    }

    private ObjectName service(String given) {
        SequencedSet<ObjectName> names = new TreeSet<>(parents(""));
        names.addAll(asked.objects().services().keySet());
        return ObjectLookup.find("Service", asked.where(), given, List.copyOf(names), ObjectName::toString);
    }

    /** Returns the Services that routes name as parents, whether they exist or not. */
    private SequencedSet<ObjectName> parents(String namespace) {
        SequencedSet<ObjectName> parents = new TreeSet<>();
        for (Route route : asked.objects().routes().values()) {
            for (Route.Parent parent : route.parents()) {
                if (namespace.isEmpty() || parent.service().namespace().equals(namespace)) {
                    parents.add(parent.service());
                }
            }
        }
        return parents;
    }

    /** Returns the routes that name the Service but are not in force there, each with the reason. */
    private Map<String, String> unused(ObjectName service) {
        Map<String, String> unused = new LinkedHashMap<>();
        for (Route route : asked.objects().routes().values()) {
            for (Route.Parent parent : route.parents()) {
                if (parent.service().equals(service)) {
                    RouteReferences.unmet(route.name(), parent, asked.objects())
                            .ifPresent(unmet -> unused.putIfAbsent(route.name().toString(), unmet.message()));
                }
            }
        }
        return unused;
    }

    private RoutedPort port(Service service, Service.Port port, @Nullable RequestFields fields) {
        PortRoutes routes = PortRoutes.at(service, port, asked.objects().routes());
        RoutedPort.Builder message = RoutedPort.newBuilder()
                .setService(service.name().toString())
                .setPort(port.port())
                .setPortName(port.name() == null ? "" : port.name())
                .setNotObeyed(
                        routes.isNone()
                                ? ""
                                : RouteReferences.notObeyed(service, port, asked.objects())
                                        .orElse(""));
        RoutedMatches matches = new RoutedMatches(routes, asked.objects());
        for (int i = 0; i < routes.matches().size(); i++) {
            String unmet = fields == null
                    ? ""
                    : routes.matches().get(i).match().unmet(fields).orElse("");
            message.addMatches(matches.message(i, unmet));
            if (fields != null && unmet.isEmpty() && message.getTaken() == 0) {
                message.setTaken(i + 1);
            }
        }
        return message.build();
    }

    /** Returns the request of a question in the form that a sidecar sees. */
    private static RequestFields fields(RoutedRequest request) {
        try {
            return new RequestFields(new HttpRequest(
                    request.getMethod(),
                    RequestPath.normalize(request.getTarget()),
                    request.getHost(),
                    name -> values(request, name),
                    false));
        } catch (UnacceptablePathException e) {
            throw new RefusedException(
                    Questions.MEANINGLESS,
                    "--path: " + e.getMessage() + ": the sidecar refuses it",
                    "ask about a path that applications read in one way only");
        }
    }

    private static List<String> values(RoutedRequest request, String name) {
        return switch (name) {
            case RequestFields.TARGET -> List.of(request.getTarget());
            case RequestFields.AUTHORITY -> request.getHost().isEmpty() ? List.of() : List.of(request.getHost());
            default ->
                request.getFieldsList().stream()
                        .filter(field -> field.getName().equals(name))
                        .map(RequestField::getValue)
                        .toList();
        };
    }
}
