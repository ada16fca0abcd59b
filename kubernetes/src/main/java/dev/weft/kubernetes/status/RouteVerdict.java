package dev.weft.kubernetes.status;

import dev.weft.kubernetes.registry.RouteObject;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What is said of a route at each of its parents, in the words of the Gateway API. */
final class RouteVerdict {

    private static final String ACCEPTED = "Accepted";
    private static final String RESOLVED = "ResolvedRefs";
    private static final String UNSUPPORTED = "UnsupportedValue";
    private static final String NO_PARENT = "NoMatchingParent";

    private final RouteName name;
    private final RouteObject object;
    private final Snapshot objects;

    RouteVerdict(RouteName name, RouteObject object, Snapshot objects) {
        this.name = name;
        this.object = object;
        this.objects = objects;
    }

    /** The conditions at a parent, as the route's text names it. */
    List<Condition> conditions(Map<String, Object> parent) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(accepted(parent));
        object.route().ifPresent(route -> conditions.add(resolved(route)));
        return conditions;
    }

    private Condition accepted(Map<String, Object> reference) {
        if (object.route().isEmpty()) {
            return refused(UNSUPPORTED, String.join("; ", object.problems()));
        }
        Route.Parent parent = parent(reference);
        if (!parent.service().namespace().equals(name.name().namespace())) {
            return refused(
                    UNSUPPORTED,
                    "the Service is of another namespace: routes for the callers of one namespace alone are not obeyed");
        }
        Service service = objects.services().get(parent.service());
        if (service == null) {
            return refused(NO_PARENT, "there is no Service " + parent.service() + " in the mesh");
        }
        List<Service.Port> ports =
                service.ports().stream().filter(parent::means).toList();
        if (ports.isEmpty()) {
            return refused(NO_PARENT, "Service " + parent.service() + " has no such port");
        }
        if (objects.addressesOf(service).isEmpty()) {
            return refused(
                    UNSUPPORTED,
                    "Service " + parent.service()
                            + " has no address: routes are obeyed where a Service is called by it");
        }
        for (Service.Port port : ports) {
            if (PortRoutes.at(service, port, objects.routes()).leftOut().contains(name)) {
                return refused(
                        UNSUPPORTED,
                        "port " + port.port() + " of Service " + parent.service()
                                + " has more routes than fit: at most " + PortRoutes.LIMITS);
            }
        }
        return Condition.of(ACCEPTED, true, ACCEPTED, "sidecars that call the Service obey the route");
    }

    private Route.Parent parent(Map<String, Object> reference) {
        String namespace = reference.get("namespace") instanceof String given
                ? given
                : name.name().namespace();
        return new Route.Parent(
                new ObjectName(namespace, String.valueOf(reference.get("name"))),
                reference.get("port") instanceof Number port ? port.intValue() : null,
                reference.get("sectionName") instanceof String section ? section : null);
    }

    private static Condition refused(String reason, String message) {
        return Condition.of(ACCEPTED, false, reason, message);
    }

    private Condition resolved(Route route) {
        List<Backend> backends = route.backends().toList();
        return first(backends, "InvalidKind", backend -> !backend.kind().equals(Backend.SERVICE), "is no Service")
                .or(() -> first(
                        backends,
                        "RefNotPermitted",
                        backend -> !backend.mayBeOf(route.namespace()),
                        "is of another namespace, which no ReferenceGrant permits here"))
                .or(() -> first(
                        backends,
                        "BackendNotFound",
                        backend -> !isThere(backend),
                        "is not in the mesh, or has no such port, or no address"))
                .orElseGet(() -> Condition.of(RESOLVED, true, RESOLVED, "each backend is there"));
    }

    private static Optional<Condition> first(
            List<Backend> backends, String reason, Predicate<Backend> isSo, String words) {
        return backends.stream()
                .filter(isSo)
                .findFirst()
                .map(backend -> Condition.of(
                        RESOLVED,
                        false,
                        reason,
                        backend + " " + words + ": its share of the requests is answered with 500"));
    }

    private boolean isThere(Backend backend) {
        Service service = objects.services().get(backend.service());
        return service != null
                && !objects.addressesOf(service).isEmpty()
                && service.ports().stream().anyMatch(port -> port.port() == backend.port());
    }
}
