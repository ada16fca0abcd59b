package dev.weft.mesh.route;

import dev.weft.mesh.model.ObjectName;
import java.util.Comparator;

/**
 * Which route it is. Ordered by namespace first, so that the routes of one stand together.
 *
 * @param kind its kind
 * @param name unique among those of the kind
 */
public record RouteName(RouteKind kind, ObjectName name) implements Comparable<RouteName> {

    private static final Comparator<RouteName> ORDER =
            Comparator.comparing(RouteName::name).thenComparing(RouteName::kind);

    /** The first that can be in a namespace. */
    public static RouteName first(String namespace) {
        return new RouteName(RouteKind.HTTP, new ObjectName(namespace, ""));
    }

    @Override
    public int compareTo(RouteName other) {
        return ORDER.compare(this, other);
    }

    /** {@code HTTPRoute namespace/name}. */
    @Override
    public String toString() {
        return kind.word() + " " + name;
    }
}
