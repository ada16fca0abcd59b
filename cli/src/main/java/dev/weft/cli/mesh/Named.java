package dev.weft.cli.mesh;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.control.explain.Sought;
import dev.weft.control.refusal.RefusedException;
import java.util.List;
import java.util.function.Function;

/** Finding the one thing that a name on the command line means. */
public final class Named {

    private Named() {}

    /**
     * The one of {@code all} that {@code given} names: {@code namespace/name}, or {@code name} where that is the only one.
     *
     * @param kind what is looked for, as {@code workload}
     * @param where where it was looked for, as {@code mesh shop}
     * @throws CommandFailure when there is none of that name, with the names near it, or when there are several
     */
    public static <T> T find(String kind, String where, String given, List<T> all, Function<T, String> qualifiedName) {
        try {
            return Sought.find(kind, where, given, all, qualifiedName);
        } catch (RefusedException e) {
            throw CommandFailure.of(e.reason().status(), e.refusal());
        }
    }
}
