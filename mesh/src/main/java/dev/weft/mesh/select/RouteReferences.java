package dev.weft.mesh.select;

import dev.weft.api.v1.Protocol;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Checks whether the Services that a route refers to exist, and whether the route is in force there. */
public final class RouteReferences {

    /** The Gateway API's reason for values that are not supported. */
    public static final String UNSUPPORTED = "UnsupportedValue";

    /** The Gateway API's reason for a backend in another namespace that no ReferenceGrant permits. */
    public static final String NOT_PERMITTED = "RefNotPermitted";

    private static final String NO_PARENT = "NoMatchingParent";

    private RouteReferences() {}

    /**
     * The reason why a route, or a part of it, is not in force.
     *
     * @param reason the reason word of the Gateway API's conditions
     * @param message one sentence for people
     */
    public record Unmet(String reason, String message) {}

    /** Returns why a route is not in force at one of its parents; empty if it is in force. */
    public static Optional<Unmet> unmet(RouteName route, Route.Parent parent, Snapshot objects) {
        if (!parent.service().namespace().equals(route.name().namespace())) {
            return Optional.of(
                    new Unmet(
                            UNSUPPORTED,
                            "the Service is of another namespace: routes for the callers of one namespace alone are not obeyed"));
        }
        Service service = objects.services().get(parent.service());
        if (service == null) {
            return Optional.of(new Unmet(NO_PARENT, "there is no Service " + parent.service() + " in the mesh"));
        }
        List<Service.Port> ports =
                service.ports().stream().filter(parent::means).toList();
        if (ports.isEmpty()) {
            return Optional.of(new Unmet(NO_PARENT, "Service " + parent.service() + " has no such port"));
        }
        if (ports.stream().allMatch(port -> notObeyed(service, port, objects).isPresent())) {
            return notObeyed(service, ports.getFirst(), objects).map(message -> new Unmet(UNSUPPORTED, message));
        }
        Map<Integer, PortRoutes> ofPorts = PortRoutes.of(service, objects.routes());
        return ports.stream()
                .flatMap(port -> unmet(route, port, Objects.requireNonNull(ofPorts.get(port.port())), service).stream())
                .findFirst();
    }

    private static Optional<Unmet> unmet(RouteName route, Service.Port port, PortRoutes there, Service service) {
        String where = "port " + port.port() + " of Service " + service.name();
        if (there.conflicted().contains(route)) {
            return Optional.of(new Unmet(
                    "Conflicted", where + " has a GRPCRoute, which goes before HTTPRoutes: they do not count there"));
        }
        return there.leftOut().contains(route)
                ? Optional.of(new Unmet(UNSUPPORTED, where + " has more routes than fit: at most " + PortRoutes.LIMITS))
                : Optional.empty();
    }

    /** Returns why no route of this port of a Service takes effect; empty if they do. */
    public static Optional<String> notObeyed(Service service, Service.Port port, Snapshot objects) {
        if (objects.addressesOf(service).isEmpty()) {
            return Optional.of(
                    "Service " + service.name() + " has no address: routes are obeyed where a Service is called by it");
        }
        return PortProtocols.at(port.appProtocol(), port.name()) == Protocol.PROTOCOL_TCP
                ? Optional.of("port " + port.port() + " of Service " + service.name()
                        + " is said to speak TCP or TLS: what is spoken there is carried as bytes")
                : Optional.empty();
    }

    /** Returns why requests that a route sends to a backend are answered with 500; empty if they are forwarded. */
    public static Optional<Unmet> unmet(RouteName route, Backend backend, Snapshot objects) {
        if (!backend.kind().equals(Backend.SERVICE)) {
            return Optional.of(unmet("InvalidKind", backend, "is no Service"));
        }
        if (!objects.permits(route, backend)) {
            return Optional.of(unmet(
                    NOT_PERMITTED,
                    backend,
                    "is of another namespace, and no ReferenceGrant there permits it to a "
                            + route.kind().kindName() + " of namespace "
                            + route.name().namespace()));
        }
        Service service = objects.services().get(backend.service());
        boolean there = service != null
                && !objects.addressesOf(service).isEmpty()
                && service.ports().stream().anyMatch(port -> port.port() == backend.port());
        return there
                ? Optional.empty()
                : Optional.of(
                        unmet("BackendNotFound", backend, "is not in the mesh, or has no such port, or no address"));
    }

    private static Unmet unmet(String reason, Backend backend, String words) {
        return new Unmet(reason, backend + " " + words + ": its share of the requests is answered with 500");
    }
}
