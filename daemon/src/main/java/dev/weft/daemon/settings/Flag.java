package dev.weft.daemon.settings;

import java.util.Optional;

/**
 * A command line flag of a program, {@code --name VALUE}.
 *
 * @param name without the dashes
 * @param value placeholder for the value in capital letters, such as {@code HOST:PORT}
 * @param fallback default value; empty if the flag is required
 * @param help description in one line
 * @param repeatable whether the flag may be given several times
 */
public record Flag(String name, String value, Optional<String> fallback, String help, boolean repeatable) {

    /** Returns a flag that must be given. */
    public static Flag required(String name, String value, String help) {
        return new Flag(name, value, Optional.empty(), help, false);
    }

    /** Returns a flag with a default value, which may be the empty text. */
    public static Flag optional(String name, String value, String fallback, String help) {
        return new Flag(name, value, Optional.of(fallback), help, false);
    }

    /** Returns a flag that must be given, and may be given several times. */
    public static Flag repeatable(String name, String value, String help) {
        return new Flag(name, value, Optional.empty(), help, true);
    }
}
