package dev.weft.daemon.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values of a program's flags, each asked for by the flag's name. */
public final class GivenFlags {

    private final Flags flags;
    private final Map<String, List<String>> given;

    GivenFlags(Flags flags, Map<String, List<String>> given) {
        this.flags = flags;
        this.given = given;
    }

    /**
     * The value as it was given, or the one that it has without being given.
     *
     * @throws InvalidSettingsException if it must be given and is not
     */
    public String text(String name) {
        return all(name).getFirst();
    }

    /** Every value of a flag that may be given several times. */
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

    /** A path; empty for the empty text. */
    public Optional<Path> path(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    /**
     * The value, read.
     *
     * @param parse throws IllegalArgumentException for a text that it cannot read
     * @param expected what the value must be, for the message
     * @throws InvalidSettingsException if it cannot be read
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

    /** True or false. */
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
