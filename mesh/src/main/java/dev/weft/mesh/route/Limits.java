package dev.weft.mesh.route;

import java.util.List;

/** That there are not more of something than may be. */
final class Limits {

    private Limits() {}

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
