package dev.weft.policy.model;

import org.jspecify.annotations.Nullable;

/** Checks the texts in rules. Those of messages may come in any length, so that errors show only their beginning. */
final class Requirement {

    private static final int MAX_LENGTH = 80;

    private Requirement() {}

    /**
     * Refuses a text that is not valid.
     *
     * @param unmet what a valid text looks like; null if this text is valid
     */
    static void check(String what, String text, @Nullable String unmet) {
        if (unmet != null) {
            String shown = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
            throw new IllegalArgumentException(what + ": " + shown + " (expected: " + unmet + ")");
        }
    }
}
