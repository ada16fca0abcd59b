package dev.weft.kubernetes.registry;

import dev.weft.mesh.route.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route as the API server told it.
 *
 * @param generation of the text
 * @param parents its parents that are Services, each as it is written
 * @param problems why the text is not obeyed
 * @param route what the text says; empty if there are problems
 */
public record RouteObject(
        long generation, List<Map<String, Object>> parents, List<String> problems, Optional<Route> route) {

    /** Who writes into the status of a route for the mesh, in the words of the Gateway API. */
    public static final String CONTROLLER = "weft.dev/mesh";

    public RouteObject {
        parents = List.copyOf(parents);
        problems = List.copyOf(problems);
    }
}
