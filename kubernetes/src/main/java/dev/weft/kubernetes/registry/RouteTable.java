package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routes of the cluster that have a Service as a parent; routes of Gateways belong to other controllers. The last
 * valid state of an invalid route stays in force. Not safe for use by several threads.
 */
final class RouteTable {

    private final Map<RouteKind, CustomTable<Route>> objects = new EnumMap<>(RouteKind.class);
    private SortedTable<RouteName, Route> routes = SortedTable.empty();
    private SortedTable<RouteName, RouteObject> told = SortedTable.empty();

    RouteTable() {
        for (RouteKind kind : RouteKind.values()) {
            objects.put(kind, new CustomTable<>(Snapshot::routes, _ -> Optional.empty()));
        }
    }

    SortedTable<RouteName, Route> routes() {
        return routes;
    }

    /** Returns the routes that have a Service as a parent, and those whose status shows that they had one. */
    SortedTable<RouteName, RouteObject> told() {
        return told;
    }

    /** Applies a route that was added, changed or deleted, and returns why its present text is not in force. */
    List<String> apply(RouteKind kind, ObjectName name, Optional<GenericKubernetesResource> object) {
        RouteName route = new RouteName(kind, name);
        List<Map<String, Object>> parents = object.map(each -> services(each)).orElse(List.of());
        Optional<GenericKubernetesResource> ours = object.filter(_ -> !parents.isEmpty());
        CustomTable.InForce<Route> inForce =
                Objects.requireNonNull(objects.get(kind)).apply(name, ours.orElse(null));
        Optional<Route> value = inForce.value().map(read -> withCreated(read, object));
        routes = routes.with(route, value);
        boolean sound = inForce.problems().isEmpty();
        told = told.with(
                route,
                object.filter(each -> !parents.isEmpty() || hasOurStatus(each))
                        .map(each -> new RouteObject(
                                Objects.requireNonNullElse(each.getMetadata().getGeneration(), 0L),
                                parents,
                                inForce.problems(),
                                sound ? value : Optional.empty())));
        return inForce.problems();
    }

    /** Returns the Services that a route in force names, as parents and as backends. */
    Set<ObjectName> servicesOf(RouteName name) {
        return routes.find(name).stream()
                .flatMap(route -> Stream.concat(
                        route.ownParents().map(Route.Parent::service),
                        route.backends()
                                .filter(backend -> backend.kind().equals(Backend.SERVICE))
                                .map(Backend::service)))
                .collect(Collectors.toSet());
    }

    private static Route withCreated(Route route, Optional<GenericKubernetesResource> object) {
        try {
            return object.map(each -> each.getMetadata().getCreationTimestamp())
                    .map(Instant::parse)
                    .map(route::withCreated)
                    .orElse(route);
        } catch (DateTimeException _) {
            return route;
        }
    }

    /**
     * Returns the parents whose {@code group} and {@code kind} are those of a Service; a parent without these fields is
     * a Gateway.
     */
    private static List<Map<String, Object>> services(GenericKubernetesResource object) {
        return maps(object, "spec", "parentRefs").stream()
                .filter(parent -> "Service".equals(parent.get("kind"))
                        && ("".equals(parent.get("group")) || "core".equals(parent.get("group"))))
                .toList();
    }

    private static boolean hasOurStatus(GenericKubernetesResource object) {
        return maps(object, "status", "parents").stream()
                .anyMatch(parent -> RouteObject.CONTROLLER.equals(parent.get("controllerName")));
    }

    private static List<Map<String, Object>> maps(GenericKubernetesResource object, String part, String list) {
        List<Map<String, Object>> found = new ArrayList<>();
        if (object.getAdditionalProperties().get(part) instanceof Map<?, ?> fields
                && fields.get(list) instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    found.add(Trees.asMap(map, list));
                }
            }
        }
        return found;
    }
}
