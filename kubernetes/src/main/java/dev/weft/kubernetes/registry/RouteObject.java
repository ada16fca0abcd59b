package dev.weft.kubernetes.registry;

import dev.weft.mesh.route.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route as the API server reported it.
 *
 * @param generation generation of the route's object
 * @param parents the parents that are Services, each as the route's text has it
 * @param problems why the mesh does not apply the route
 * @param route the parsed route; empty if there are problems
 */
public record RouteObject(
        long generation, List<Map<String, Object>> parents, List<String> problems, Optional<Route> route) {

    /** The {@code controllerName} under which the mesh writes into the status of a route (Gateway API). */
    public static final String CONTROLLER = "weft.dev/mesh";

    public RouteObject {
        parents = List.copyOf(parents);
        problems = List.copyOf(problems);
    }
}
