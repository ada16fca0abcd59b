package dev.weft.kubernetes.status;

import dev.weft.kubernetes.registry.RouteObject;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.select.RouteReferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides the conditions of a route at each of its parents, in the terms of the Gateway API. */
final class RouteVerdict {

    private static final String ACCEPTED = "Accepted";
    private static final String RESOLVED = "ResolvedRefs";

    private final RouteName name;
    private final RouteObject object;
    private final Snapshot objects;

    RouteVerdict(RouteName name, RouteObject object, Snapshot objects) {
        this.name = name;
        this.object = object;
        this.objects = objects;
    }

    /** Returns the conditions at one parent, which is a reference as it stands in the route's text. */
    List<Condition> conditions(Map<String, Object> parent) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(accepted(parent));
        object.route().ifPresent(route -> conditions.add(resolved(route)));
        return conditions;
    }

    private Condition accepted(Map<String, Object> reference) {
        if (object.route().isEmpty()) {
            return refused(RouteReferences.UNSUPPORTED, String.join("; ", object.problems()));
        }
        return RouteReferences.unmet(name, parent(reference), objects)
                .map(unmet -> refused(unmet.reason(), unmet.message()))
                .orElseGet(
                        () -> Condition.of(ACCEPTED, true, ACCEPTED, "sidecars that call the Service obey the route"));
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
        return route.backends()
                .flatMap(backend -> RouteReferences.unmet(route.name(), backend, objects).stream())
                .findFirst()
                .map(unmet -> Condition.of(RESOLVED, false, unmet.reason(), unmet.message()))
                .orElseGet(() -> Condition.of(RESOLVED, true, RESOLVED, "each backend is there"));
    }
}
