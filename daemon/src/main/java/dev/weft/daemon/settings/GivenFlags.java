package dev.weft.daemon.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values of a program's flags, by the name of the flag. */
public final class GivenFlags {

    private final Flags flags;
    private final Map<String, List<String>> given;

    GivenFlags(Flags flags, Map<String, List<String>> given) {
        this.flags = flags;
        this.given = given;
    }

    /**
     * Returns the given value, or the default value.
     *
     * @throws InvalidSettingsException if the flag is required and missing
     */
    public String text(String name) {
        return all(name).getFirst();
    }

    /** Returns all values of a flag that may be given several times. */
    public List<String> all(String name) {
        List<String> values = given.get(name);
        if (values != null) {
            return values;
        }
        Flag flag = flags.flag(name);
        return List.of(flag.fallback()
                .orElseThrow(() -> new InvalidSettingsException(
                        "--" + name + ": missing (expected: " + flags.waysToGive(flag) + "; see --help)")));
    }

    /** Returns the value as a path; empty for the empty text. */
    public Optional<Path> path(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    /**
     * Returns the parsed value.
     *
     * @param parse throws IllegalArgumentException for a text that it cannot parse
     * @param expected description of valid values, for the message
     * @throws InvalidSettingsException if the value cannot be parsed
     */
    public <T> T value(String name, Function<String, T> parse, String expected) {
        String text = text(name);
        try {
            return parse.apply(text);
        } catch (InvalidSettingsException e) {
            throw e;
        } catch (IllegalArgumentException _) {
            throw new InvalidSettingsException("--" + name + ": " + text + " (expected: " + expected + ")");
        }
    }

    /** Returns the value as a boolean. */
    public boolean isTrue(String name) {
        return value(
                name,
                text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException(text);
                },
                "true or false");
    }
}
