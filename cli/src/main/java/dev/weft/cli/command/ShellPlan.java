package dev.weft.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Shell code that replaces the shell by a program with another environment. The shell itself sets the environment,
 * because every user of the machine can read a program's arguments, including those of {@code env}.
 */
final class ShellPlan {

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ShellPlan() {}

    /**
     * Returns the code, for {@code eval}.
     */
    static String of(List<String> program, Map<String, String> environment, Map<String, String> present) {
        List<String> lines = new ArrayList<>();
        for (String name : new TreeSet<>(present.keySet())) {
            if (!environment.containsKey(name) && isShellName(name)) {
                lines.add("unset " + name);
            }
        }
        List<String> words = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (isShellName(name)) {
                lines.add("export " + name + "=" + quoted(value));
            } else {
                words.add(name + "=" + value);
            }
        });
        if (!words.isEmpty()) {
            words.addFirst("env");
        }
        words.addAll(program);
        lines.add("exec " + words.stream().map(ShellPlan::quoted).collect(Collectors.joining(" ")));
        return String.join("\n", lines);
    }

    private static boolean isShellName(String name) {
        return SHELL_NAME.matcher(name).matches();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
