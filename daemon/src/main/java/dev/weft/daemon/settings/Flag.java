package dev.weft.daemon.settings;

import java.util.Optional;

/**
 * A flag of a program, {@code --name VALUE}.
 *
 * @param name without the dashes
 * @param value what its value is, in capital letters, as {@code HOST:PORT}
 * @param fallback its value where it is not given; empty where it must be given
 * @param help what it is for, in a line
 * @param repeatable whether it may be given several times
 */
public record Flag(String name, String value, Optional<String> fallback, String help, boolean repeatable) {

    /** One that must be given. */
    public static Flag required(String name, String value, String help) {
        return new Flag(name, value, Optional.empty(), help, false);
    }

    /** One that has a value without being given; the empty text for none. */
    public static Flag optional(String name, String value, String fallback, String help) {
        return new Flag(name, value, Optional.of(fallback), help, false);
    }

    /** One that must be given, and may be several times. */
    public static Flag repeatable(String name, String value, String help) {
        return new Flag(name, value, Optional.empty(), help, true);
    }
}
