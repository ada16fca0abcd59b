package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.table.SortedTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ReferenceGrant of the Gateway API: which objects of other namespaces may refer to objects of this one. Entries for
 * references other than a route's to a Service are read, but only matter to other controllers.
 *
 * @param name its namespace is that of the objects referred to
 * @param from who may refer to them; one matching entry is enough
 * @param to what may be referred to; one matching entry is enough
 */
public record ReferenceGrant(ObjectName name, List<From> from, List<To> to) {

    /** The version that every API server with the kind serves. */
    public static final String VERSION = "v1beta1";

    /** Most entries of each list, as in the Gateway API. */
    public static final int MAX_ENTRIES = 16;

    /** @throws IllegalArgumentException if a list has too many entries */
    public ReferenceGrant {
        requireNonNull(name, "name");
        from = Limits.checked("from", from, MAX_ENTRIES);
        to = Limits.checked("to", to, MAX_ENTRIES);
    }

    /** Objects of this kind in another namespace. */
    public record From(String group, String kind, String namespace) {}

    /**
     * Objects of this kind in the grant's namespace.
     *
     * @param name name of the one object; null for all of the kind
     */
    public record To(String group, String kind, @Nullable String name) {

        private boolean isAbout(ObjectName service) {
            return group.isEmpty() && kind.equals(Backend.SERVICE) && (name == null || name.equals(service.name()));
        }
    }

    private boolean permits(RouteName route, ObjectName service) {
        From wanted =
                new From(RouteKind.GROUP, route.kind().kindName(), route.name().namespace());
        return from.contains(wanted) && to.stream().anyMatch(each -> each.isAbout(service));
    }

    /**
     * Whether a route may lead to a backend: a Service in its own namespace, or one in a namespace with a grant that
     * permits it.
     */
    public static boolean permit(Map<ObjectName, ReferenceGrant> all, RouteName route, Backend backend) {
        String namespace = backend.service().namespace();
        if (!backend.kind().equals(Backend.SERVICE)) {
            return false;
        }
        if (namespace.equals(route.name().namespace())) {
            return true;
        }
        return SortedTable.copyOf(all)
                .range(ObjectName.first(namespace), grant -> grant.isIn(namespace))
                .anyMatch(grant -> grant.permits(route, backend.service()));
    }
}
