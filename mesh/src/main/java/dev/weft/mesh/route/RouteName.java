package dev.weft.mesh.route;

import dev.weft.mesh.model.ObjectName;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;

/**
 * The kind and name of a route. Ordered by namespace first, so the routes of one namespace are neighbours.
 *
 * @param name unique among the routes of the kind
 */
public record RouteName(RouteKind kind, ObjectName name) implements Comparable<RouteName> {

    private static final Comparator<RouteName> ORDER =
            Comparator.comparing(RouteName::name).thenComparing(RouteName::kind);

    private static final RouteKind LOWEST = Collections.min(EnumSet.allOf(RouteKind.class));

    /** Returns the lowest possible name in a namespace. */
    public static RouteName first(String namespace) {
        return new RouteName(LOWEST, ObjectName.first(namespace));
    }

    @Override
    public int compareTo(RouteName other) {
        return ORDER.compare(this, other);
    }

    /** Returns {@code HTTPRoute namespace/name}. */
    @Override
    public String toString() {
        return kind.kindName() + " " + name;
    }
}
