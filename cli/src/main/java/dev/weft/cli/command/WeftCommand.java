package dev.weft.cli.command;

import dev.weft.cli.screen.Wrapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;

@Command(
        name = "weft",
        synopsisHeading = "Usage: ",
        customSynopsis = {"weft COMMAND [OPTION...]"},
        description = "%nMutual TLS between workloads, by identity, without a change to the applications.",
        footer = {
            "",
            "'weft COMMAND --help' shows options and examples. Start with 'weft demo'.",
            "",
            "Exit codes: 0 done; 1 failed, or the answer is no; 2 wrong command line;",
            "3 no such mesh or workload; 4 the mesh file has errors; 130 interrupted."
        })
public final class WeftCommand extends CommandGroup {

    private static final Map<String, List<String>> GROUPS = groups();

    /** Columns for the names of the subcommands. */
    private static final int NAMES = 13;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("A mesh on this machine", List.of("up", "down", "ps", "exec", "logs", "restart"));
        groups.put("Several meshes", List.of("link", "unlink"));
        groups.put(
                "Who calls whom",
                List.of(
                        "status",
                        "identity",
                        "connections",
                        "edges",
                        "stat",
                        "top",
                        "tap",
                        "routes",
                        "harden",
                        "policy",
                        "analyze",
                        "schema",
                        "metrics"));
        groups.put("Trust", List.of("check", "trust", "issuer", "revoke"));
        groups.put("Machines outside", List.of("token", "machine", "proxy"));
        groups.put("Kubernetes", List.of("install", "upgrade", "uninstall", "inject", "uninject"));
        groups.put("Weft", List.of("demo", "version", "completion"));
        return groups;
    }

    /** Lists the subcommands of this command in groups, by purpose, and fits the examples of all commands. */
    public static void arrangeHelp(CommandLine root) {
        HelpFooter.fitAll(root);
        root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, WeftCommand::grouped);
    }

    private static String grouped(Help help) {
        StringBuilder text = new StringBuilder();
        UsageMessageSpec root = help.commandSpec().usageMessage();
        GROUPS.forEach((heading, names) -> {
            text.append(String.format("%n%s:%n", help.colorScheme().text("@|bold " + heading + "|@")));
            for (String name : names) {
                Help command = help.subcommands().get(name);
                if (command != null) {
                    String what = command.commandSpec().usageMessage().description()[0];
                    String line =
                            "  " + help.colorScheme().commandText(name) + " ".repeat(NAMES - name.length()) + what;
                    Wrapping.lines(line, root.width(), NAMES + 2)
                            .forEach(each -> text.append(each).append(System.lineSeparator()));
                }
            }
        });
        return text.toString();
    }
}
