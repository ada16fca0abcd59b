package dev.weft.mesh.route;

import java.util.List;

/** Checks that numbers, and the lengths of lists, are within their limits. */
final class Limits {

    private Limits() {}

    /** Checks that a number is from 0 to this one. */
    static void checkRange(String what, int number, int most) {
        if (number < 0 || number > most) {
            throw new IllegalArgumentException(what + ": " + number + " (expected: 0-" + most + ")");
        }
    }

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
