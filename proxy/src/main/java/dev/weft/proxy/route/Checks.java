package dev.weft.proxy.route;

import java.util.regex.Pattern;

/** Checks values that the control plane sends. */
final class Checks {
    private static final int MAX_HOST = 253;
    private static final Pattern HOSTNAME =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[\\t -~]*[!-~])?");

    private Checks() {}

    /** Throws IllegalArgumentException, with the reason, unless the value is within these bounds. */
    static void within(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + ": " + Integer.toUnsignedString(value) + " (expected: " + least + "-" + most + ")");
        }
    }

    /** Throws IllegalArgumentException, with the reason, unless the condition holds. */
    static void require(boolean holds, String what, String value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Whether this is a field value. Stricter than RFC 9110 section 5.5: only ASCII is allowed. */
    static boolean isValue(String text) {
        return text.isEmpty() || VALUE.matcher(text).matches();
    }

    /** Whether this is a host name in lower case, without a port (RFC 1123 section 2.1). */
    static boolean isHostname(String text) {
        return text.length() <= MAX_HOST && HOSTNAME.matcher(text).matches();
    }
}
