package dev.weft.cli.mesh;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.control.explain.ObjectLookup;
import dev.weft.control.refusal.RefusedException;
import java.util.List;
import java.util.function.Function;

/** Finds the object that a name on the command line means. */
public final class NameLookup {

    private NameLookup() {}

    /**
     * Returns the element of {@code all} that {@code given} names: by {@code namespace/name}, or by {@code name} if
     * only one element has it.
     *
     * @param kind the kind of object, such as {@code workload}
     * @param where the place that is searched, such as {@code mesh shop}
     * @throws CommandFailure when no element has the name, with names near it, or when several have it
     */
    public static <T> T find(String kind, String where, String given, List<T> all, Function<T, String> qualifiedName) {
        try {
            return ObjectLookup.find(kind, where, given, all, qualifiedName);
        } catch (RefusedException e) {
            throw CommandFailure.of(e.reason().status(), e.refusal());
        }
    }
}
