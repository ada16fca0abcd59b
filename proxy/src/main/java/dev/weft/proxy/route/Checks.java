package dev.weft.proxy.route;

/** Checks values that the control plane sends. Each check throws IllegalArgumentException with the reason. */
final class Checks {
    private Checks() {}

    static void within(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + ": " + Integer.toUnsignedString(value) + " (expected: " + least + "-" + most + ")");
        }
    }

    static void require(boolean holds, String what, String value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
