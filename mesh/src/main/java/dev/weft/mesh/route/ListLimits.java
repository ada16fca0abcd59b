package dev.weft.mesh.route;

import java.util.List;

/** Checks that a list has no more than the permitted number of entries. */
final class ListLimits {

    private ListLimits() {}

    static void check(String what, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: at most " + most + ")");
        }
    }

    static <T> List<T> checked(String what, List<T> items, int most) {
        check(what, items.size(), most);
        return List.copyOf(items);
    }
}
