package dev.weft.mesh.select;

import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import java.util.List;
import java.util.Optional;

/** Checks whether the Services that a route refers to exist, and whether the route is in force there. */
public final class RouteReferences {

    /** The Gateway API's reason for values that are not supported. */
    public static final String UNSUPPORTED = "UnsupportedValue";

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
        if (objects.addressesOf(service).isEmpty()) {
            return Optional.of(new Unmet(
                    UNSUPPORTED,
                    "Service " + parent.service()
                            + " has no address: routes are obeyed where a Service is called by it"));
        }
        return ports.stream()
                .filter(port ->
                        PortRoutes.at(service, port, objects.routes()).leftOut().contains(route))
                .findFirst()
                .map(port -> new Unmet(
                        UNSUPPORTED,
                        "port " + port.port() + " of Service " + parent.service()
                                + " has more routes than fit: at most " + PortRoutes.LIMITS));
    }

    /**
     * Returns why requests that a route sends to a backend are answered with 500; empty if they reach the backend.
     *
     * @param namespace namespace of the route
     */
    public static Optional<Unmet> unmet(String namespace, Backend backend, Snapshot objects) {
        if (!backend.kind().equals(Backend.SERVICE)) {
            return Optional.of(unmet("InvalidKind", backend, "is no Service"));
        }
        if (!backend.mayBeOf(namespace)) {
            return Optional.of(
                    unmet("RefNotPermitted", backend, "is of another namespace, which no ReferenceGrant permits here"));
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
