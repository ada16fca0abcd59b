package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.local.state.StateDirectories;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What holds for every command: help with examples, exit codes, words that are not known. */
final class CommandLineTest {

    private static final int WIDEST_HELP = 80;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Screen screen = Screen.plain(new PrintWriter(out), new PrintWriter(err));

    private CommandLine commandLine(String... args) {
        return Main.commandLine(screen, new StateDirectories(Path.of("/nonexistent"), false), Map.of(), args);
    }

    private int run(String... args) {
        return commandLine(args).execute(args);
    }

    @Test
    void aCommandIsReadAlone() {
        Map<String, CommandLine> all = commandLine("--help").getSubcommands();
        assertThat(all).containsKeys("up", "status", "install", "completion");
        all.forEach((name, command) -> {
            assertThat(command.getCommandSpec().userObject().getClass().getAnnotation(CommandLine.Command.class))
                    .extracting(CommandLine.Command::name)
                    .isEqualTo(name);
            assertThat(commandLine(name).getSubcommands())
                    .containsOnlyKeys(
                            name.equals("completion") ? all.keySet().toArray(String[]::new) : new String[] {name});
            assertThat(commandLine(name, "--help").getSubcommands().values())
                    .extracting(CommandLine::getUsageMessage)
                    .contains(command.getUsageMessage());
        });
    }

    @Test
    void endsWithZeroAndTheVersion() {
        assertThat(run("version")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("weft 0.").contains("JDK 25");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsADocumentForPrograms() {
        assertThat(run("version", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("{").contains("\"weft\" : \"0.");
    }

    @Test
    void endsWithTwoAndAGuessForAnUnknownCommand() {
        assertThat(run("verison")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo("""
                        weft: 'weft' has no command 'verison' (WEFT-L100)
                          did you mean version?
                          see 'weft --help'
                        """);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ps extra | `extra` is one argument too many for `weft ps`",
                "trust shwo | `weft trust` has no command `shwo`",
                "ps --al | `weft ps` has no option --al",
                "identity | WORKLOAD is missing",
                "ps --mesh | --mesh needs a value: MESH",
                "ps --mesh a --mesh b | --mesh is given twice",
                "logs --tail x | --tail: `x` is not a whole number",
                "logs --tail -1 | --tail: -1 (expected: 0 or more)",
                "logs --control --events | --control and --events cannot be used together",
                "check --timeout soon | --timeout: `soon` (expected: a number with s, m, h, d or y, such as 90s or 24h)"
            })
    void saysInWordsOfTheCommandWhatIsWrong(String line, String what) {
        assertThat(run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("weft: " + what.replace('`', '\'') + " (WEFT-L100)\n");
    }

    @Test
    void tellsWhoMeansTheMeshByTheOldOptions() {
        assertThat(run("down", "-n", "shop")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--mesh MESH names the mesh; -n names the namespace");
        assertThat(run("ps", "--name", "shop")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err.toString())
                .contains(
                        "--name is the old spelling of --mesh, and will be removed (WEFT-L211)", "mesh shop is not up");
    }

    @Test
    void endsWithTwoWhereOneMeshAndAllAreMeant() {
        assertThat(run("trust", "domains", "--mesh", "shop", "--all")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--mesh and --all cannot be used together");
    }

    @Test
    void endsWithTwoAndTheWordsThereAreForAnUnknownFormat() {
        assertThat(run("version", "-o", "xml")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'xml' (expected: table, json, yaml)");
    }

    @Test
    void endsWithTwoAndTheHelpWithoutACommand() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("A mesh on this machine:").contains("version");
    }

    @Test
    void explainsEachCommandWithExamplesInEightyColumns() {
        assertHelp(commandLine());
    }

    private void assertHelp(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        String help = command.getUsageMessage();
        assertThat(help.lines()).as(name).allMatch(line -> line.length() <= WIDEST_HELP);
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(name)
                .isNotEmpty();
        if (command.getSubcommands().isEmpty()) {
            assertThat(help).as(name).contains("Examples:").contains("  " + name + " ".stripTrailing());
        }
        command.getSubcommands().values().forEach(this::assertHelp);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps",
                "status",
                "stat",
                "edges",
                "connections",
                "token list",
                "machine list",
                "revoke list",
                "trust domains"
            })
    void everyListHasTheSameFormatsAndCompletesThem(String list) {
        CommandLine command = commandLine();
        for (String word : list.split(" ", -1)) {
            command = Objects.requireNonNull(command.getSubcommands().get(word), word);
        }
        assertThat(command.getCommandSpec().findOption("-o").completionCandidates())
                .containsExactly("table", "wide", "name", "json", "yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ps", "status", "stat", "edges", "token list", "machine list", "revoke list", "trust domains"})
    void everyListCanBeWatched(String list) {
        assertThat(run((list + " -w -o name").split(" ", -1))).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err.toString()).contains("no mesh is up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token create", "token list", "token revoke", "machine list", "machine revoke"})
    void commandsAboutJoiningTakeATimeout(String words) {
        CommandLine command = commandLine();
        for (String word : words.split(" ", -1)) {
            command = Objects.requireNonNull(command.getSubcommands().get(word), word);
        }
        assertThat(command.getCommandSpec().findOption("--timeout").defaultValue())
                .isEqualTo("10s");
    }

    @Test
    void endsWithTwoWhereATokenIsForNobodyOrForTwoNamespaces() {
        assertThat(run("token", "create")).isEqualTo(ExitCode.USAGE);
        assertThat(run("token", "create", "--sa", "laptop")).isEqualTo(ExitCode.USAGE);
        assertThat(run("token", "create", "--workload", "shop/laptop", "--sa", "lab/laptop"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("name it with --workload or --sa")
                .contains("--sa: laptop (WEFT-L100)", "expected: NAMESPACE/NAME")
                .contains("are in different namespaces");
    }

    @Test
    void endsWithTwoWhereAMachineIsNotToldHowToJoin() {
        assertThat(run("proxy", "join")).isEqualTo(ExitCode.USAGE);
        assertThat(run("proxy", "join", "--control", "192.0.2.1:15012", "--anchors", "a.pem", "--workload", "laptop"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("the control plane or the workload to join as is missing (WEFT-J002)")
                .contains("--workload: laptop (WEFT-J002)");
    }

    @Test
    void endsWithTwoWhereAJoinFileIsForNoWorkload() {
        assertThat(run("token", "create", "--sa", "shop/laptop", "--out", "join.yaml"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("a join file is for one workload");
    }
}
