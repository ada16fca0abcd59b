package dev.weft.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Creates the completion script for fish, which picocli does not: one {@code complete} line for each subcommand and
 * option.
 */
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandSpec root) {
        List<String> lines = new ArrayList<>();
        lines.add("# fish completion of weft");
        lines.add("complete -c weft -f");
        subcommands(root, "__fish_use_subcommand", lines);
        root.subcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            String seen = "__fish_seen_subcommand_from " + name;
            if (!spec.subcommands().isEmpty()) {
                String names = String.join(" ", spec.subcommands().keySet());
                subcommands(spec, seen + "; and not __fish_seen_subcommand_from " + names, lines);
                spec.subcommands()
                        .forEach((deeper, nested) -> options(
                                nested.getCommandSpec(), seen + "; and __fish_seen_subcommand_from " + deeper, lines));
            }
            options(spec, seen, lines);
        });
        return String.join("\n", lines);
    }

    private static void subcommands(CommandSpec spec, String condition, List<String> lines) {
        spec.subcommands()
                .forEach((name, command) -> lines.add("complete -c weft -n " + quote(condition) + " -a " + name + " -d "
                        + quote(first(command.getCommandSpec().usageMessage().description()))));
    }

    private static void options(CommandSpec spec, String condition, List<String> lines) {
        for (OptionSpec option : spec.options()) {
            StringBuilder line = new StringBuilder("complete -c weft -n ").append(quote(condition));
            for (String name : option.names()) {
                line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            line.append(option.arity().max() > 0 ? " -r" : "")
                    .append(" -d ")
                    .append(quote(first(option.description())));
            lines.add(line.toString());
        }
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0].replace("${DEFAULT-VALUE}", "see --help");
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
