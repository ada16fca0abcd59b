package dev.weft.mesh.model;

import java.util.Comparator;

/**
 * The name of a namespaced object.
 *
 * @param name unique among the objects of one kind in the namespace
 */
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {

    private static final Comparator<ObjectName> ORDER =
            Comparator.comparing(ObjectName::namespace).thenComparing(ObjectName::name);

    /** Returns the lowest possible name in a namespace. */
    public static ObjectName first(String namespace) {
        return new ObjectName(namespace, "");
    }

    /** Whether the object is in this namespace. */
    public boolean isIn(String other) {
        return namespace.equals(other);
    }

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
