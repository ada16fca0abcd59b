package dev.weft.daemon.settings;

import dev.weft.daemon.text.Guess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The flags of a program. Parsing is strict: an unknown or repeated flag is an error. */
public final class Flags {

    private final Map<String, Flag> known = new LinkedHashMap<>();
    private final String variablePrefix;

    private Flags(List<Flag> flags, String variablePrefix) {
        flags.forEach(flag -> known.put(flag.name(), flag));
        this.variablePrefix = variablePrefix;
    }

    /** Returns flags that can only be given on the command line. */
    public static Flags of(List<Flag> flags) {
        return new Flags(flags, "");
    }

    /**
     * Returns flags that can also be given by environment variables: {@code --log-level} is {@code PREFIX_LOG_LEVEL}.
     */
    public static Flags withVariables(String prefix, List<Flag> flags) {
        return new Flags(flags, prefix);
    }

    /** Returns one line for each flag, for {@code --help}. */
    public String help() {
        StringBuilder out = new StringBuilder();
        int width = known.values().stream()
                .mapToInt(flag -> flag.name().length() + flag.value().length() + 1)
                .max()
                .orElse(0);
        for (Flag flag : known.values()) {
            String named = flag.name() + " " + flag.value();
            out.append("  --")
                    .append(named)
                    .repeat(' ', width - named.length())
                    .append("  ")
                    .append(flag.help());
            flag.fallback()
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> out.append(" (default: ").append(value).append(')'));
            out.append(flag.fallback().isEmpty() ? " (required)\n" : "\n");
        }
        return out.toString();
    }

    /**
     * Parses {@code --name value} and {@code --name=value}. Environment variables give the values of flags that are not
     * on the command line.
     *
     * @throws InvalidSettingsException if an argument cannot be used
     */
    public GivenFlags parse(List<String> arguments, Map<String, String> environment) {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new InvalidSettingsException(
                        "argument: " + argument + " (expected: --key value, or --key=value; see --help)");
            }
            int equals = argument.indexOf('=');
            Flag flag = find(argument.substring(2, equals < 0 ? argument.length() : equals));
            if (equals < 0 && i + 1 == arguments.size()) {
                throw new InvalidSettingsException("--" + flag.name() + ": no value (expected: --" + flag.name() + " "
                        + flag.value() + "; the last flag lacks its value)");
            }
            List<String> values = given.computeIfAbsent(flag.name(), _ -> new ArrayList<>());
            values.add(equals < 0 ? arguments.get(++i) : argument.substring(equals + 1));
            if (values.size() > 1 && !flag.repeatable()) {
                throw new InvalidSettingsException("--" + flag.name() + ": given twice (expected: once)");
            }
        }
        if (!variablePrefix.isEmpty()) {
            for (Flag flag : known.values()) {
                Optional.ofNullable(environment.get(variable(flag)))
                        .ifPresent(value -> given.putIfAbsent(flag.name(), List.of(value)));
            }
        }
        return new GivenFlags(this, given);
    }

    Flag flag(String name) {
        Flag flag = known.get(name);
        if (flag == null) {
            throw new IllegalArgumentException("flag: " + name + " (expected: one of " + known.keySet() + ")");
        }
        return flag;
    }

    /** Returns the ways in which a flag can be given, for messages. */
    String waysToGive(Flag flag) {
        return "--" + flag.name() + " " + flag.value() + (variablePrefix.isEmpty() ? "" : " or " + variable(flag));
    }

    private Flag find(String name) {
        Flag flag = known.get(name);
        if (flag == null) {
            String hint = Guess.near(name, known.keySet()).stream()
                    .findFirst()
                    .map(near -> " (did you mean --" + near + "?)")
                    .orElse("");
            throw new InvalidSettingsException("--" + name + ": no such flag" + hint + "; see --help");
        }
        return flag;
    }

    private String variable(Flag flag) {
        return variablePrefix + "_" + flag.name().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
