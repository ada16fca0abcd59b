package dev.weft.cli.check;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The result of a check, from good to bad. */
public enum Result {
    OK,
    /** The process that knows the answer did not reply. */
    UNKNOWN,
    /** Nothing is broken yet, but something will be without action. */
    WARNING,
    FAILED;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
