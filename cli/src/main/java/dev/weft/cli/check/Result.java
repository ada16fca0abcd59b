package dev.weft.cli.check;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a check comes to, from good to bad. */
public enum Result {
    OK,
    /** The process that would know did not answer. */
    UNKNOWN,
    /** Nothing is broken, and something will be if it is not looked after. */
    WARNING,
    FAILED;

    /** As programs read it. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
