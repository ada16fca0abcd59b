package dev.weft.proxy.settings;

import java.util.Locale;

/** Which callers get the policy and the reason when their request is refused. Every caller gets the code. */
public enum DenialReasons {
    /** Every caller. */
    ALL,
    /** Callers that have proven an identity. */
    IDENTIFIED,
    /** No caller. */
    NONE;

    /** Reads a setting: {@code all}, {@code identified} or {@code none}. */
    static DenialReasons parse(String text) {
        for (DenialReasons value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("denial-reasons: " + text + " (expected: all, identified or none)");
    }

    /**
     * Whether a caller gets the reason.
     *
     * @param identified whether the caller has proven an identity
     */
    public boolean told(boolean identified) {
        return this == ALL || (this == IDENTIFIED && identified);
    }
}
