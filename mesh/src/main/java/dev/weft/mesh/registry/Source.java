package dev.weft.mesh.registry;

import static java.util.Objects.requireNonNull;

/**
 * Where an object is said.
 *
 * @param kind of the object, as {@code Workload}; empty for a place as a whole
 * @param name of the object, {@code namespace/name} if it belongs to a namespace; empty for a place as a whole
 * @param where the place, in words by which an operator finds it: a file and a line, for one
 */
public record Source(String kind, String name, String where) {

    public Source {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        requireNonNull(where, "where");
    }

    /** A place as a whole. */
    public static Source of(String where) {
        return new Source("", "", where);
    }

    /** {@code where: kind name}. */
    @Override
    public String toString() {
        return kind.isEmpty() ? where : where + ": " + kind + " " + name;
    }
}
