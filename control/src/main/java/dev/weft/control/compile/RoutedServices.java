package dev.weft.control.compile;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the Services whose configuration changes because of routes. */
final class RoutedServices {

    private RoutedServices() {}

    /**
     * Returns the changed Services, the parents of changed routes (before and now), and the parents of routes that lead
     * to a changed Service, or into a namespace whose ReferenceGrants changed. For the last group it searches the routes
     * in the changed Services' namespaces and in the namespaces that grants name.
     */
    static Set<ObjectName> concerned(Snapshot former, Snapshot now, Changes changes) {
        Set<ObjectName> services = changes.servicesOrAddresses();
        Set<ObjectName> concerned = new HashSet<>(services);
        for (RouteName name : changes.routes().all()) {
            Stream.of(former, now)
                    .flatMap(objects -> Optional.ofNullable(objects.routes().get(name)).stream())
                    .forEach(route -> addParents(route, concerned));
        }
        if (now.routes().isEmpty()) {
            return concerned;
        }
        Set<String> granting = new HashSet<>();
        changes.grants().all().forEach(grant -> granting.add(grant.namespace()));
        Set<String> namespaces = new HashSet<>();
        services.forEach(service -> namespaces.add(service.namespace()));
        Stream.of(former, now)
                .flatMap(objects -> objects.grants().values().stream())
                .filter(grant -> changes.grants().all().contains(grant.name())
                        || namespaces.contains(grant.name().namespace()))
                .flatMap(grant -> grant.from().stream())
                .map(ReferenceGrant.From::namespace)
                .toList()
                .forEach(namespaces::add);
        for (String namespace : namespaces) {
            PortRoutes.ofNamespace(now.routes(), namespace).stream()
                    .filter(route -> route.backends()
                            .map(Backend::service)
                            .anyMatch(to -> services.contains(to) || granting.contains(to.namespace())))
                    .forEach(route -> addParents(route, concerned));
        }
        return concerned;
    }

    private static void addParents(Route route, Set<ObjectName> concerned) {
        route.ownParents().map(Route.Parent::service).forEach(concerned::add);
    }
}
