package dev.weft.mesh.registry;

import static java.util.Objects.requireNonNull;

/**
 * The place where an object is written.
 *
 * @param kind kind of the object, such as {@code Workload}; empty for a place as a whole
 * @param name name of the object, {@code namespace/name} if it belongs to a namespace; empty for a place as a whole
 * @param where the place, in words that let an operator find it, such as a file and a line
 */
public record Source(String kind, String name, String where) {

    public Source {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        requireNonNull(where, "where");
    }

    /** Returns a source for a place as a whole. */
    public static Source of(String where) {
        return new Source("", "", where);
    }

    /** Returns {@code where: kind name}. */
    @Override
    public String toString() {
        return kind.isEmpty() ? where : where + ": " + kind + " " + name;
    }
}
