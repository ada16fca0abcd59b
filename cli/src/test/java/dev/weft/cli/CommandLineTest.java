package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.local.state.StateDirectories;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What holds for every command: help with examples, exit codes, words that are not known. */
final class CommandLineTest {

    private static final int WIDEST_HELP = 100;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Screen screen = Screen.plain(new PrintWriter(out), new PrintWriter(err));

    private CommandLine commandLine() {
        return Main.commandLine(screen, new StateDirectories(Path.of("/nonexistent"), false), Map.of());
    }

    private int run(String... args) {
        return commandLine().execute(args);
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
                        weft: Unmatched argument at index 0: 'verison' (WEFT-L100)
                          did you mean version?
                          see 'weft --help'
                        """);
        assertThat(out.toString()).isEmpty();
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
    void explainsEachCommandWithExamplesInAHundredColumns() {
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

    @Test
    void endsWithTwoWhereATokenIsForNobodyOrForTwoNamespaces() {
        assertThat(run("token", "create")).isEqualTo(ExitCode.USAGE);
        assertThat(run("token", "create", "--sa", "laptop")).isEqualTo(ExitCode.USAGE);
        assertThat(run("token", "create", "--workload", "shop/laptop", "--sa", "lab/laptop"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("say it with --workload or --sa")
                .contains("--sa: laptop (WEFT-L100)", "expected: NAMESPACE/NAME")
                .contains("are of two namespaces");
    }

    @Test
    void endsWithTwoWhereAMachineIsNotToldHowToJoin() {
        assertThat(run("proxy", "join")).isEqualTo(ExitCode.USAGE);
        assertThat(run("proxy", "join", "--control", "192.0.2.1:15012", "--anchors", "a.pem", "--workload", "laptop"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("where and as whom this machine joins is not said (WEFT-J002)")
                .contains("--workload: laptop (WEFT-J002)");
    }

    @Test
    void endsWithTwoWhereAJoinFileIsForNoWorkload() {
        assertThat(run("token", "create", "--sa", "shop/laptop", "--out", "join.yaml"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("a join file is for one workload");
    }
}
