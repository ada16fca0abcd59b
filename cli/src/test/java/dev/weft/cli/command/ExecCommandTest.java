package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Whose an option is: weft's, or the command's that runs in the workload. */
final class ExecCommandTest {

    private final StringWriter err = new StringWriter();
    private final Screen screen = Screen.plain(new PrintWriter(new StringWriter()), new PrintWriter(err));

    @Test
    void readsItsOptionsBeforeTheWorkload() {
        assertThat(run("--mesh", "ghost", "web", "--", "true")).contains("ghost");
    }

    @Test
    void readsItsOptionsBetweenTheWorkloadAndTheSeparator() {
        assertThat(run("web", "--mesh", "ghost", "--", "ls", "--mesh", "other"))
                .contains("ghost")
                .doesNotContain("other");
        assertThat(run("web", "--nmae", "ghost", "--", "ls")).contains("--nmae");
    }

    @Test
    void leavesTheOptionsOfTheCommandToIt() {
        assertThat(run("web", "--", "ls", "--mesh", "other")).doesNotContain("other");
        assertThat(run("web", "ls", "--mesh", "other")).doesNotContain("other");
    }

    @Test
    void wantsACommand() {
        assertThat(run("web")).contains("COMMAND");
        assertThat(run("web", "--mesh", "ghost", "--")).contains("COMMAND");
    }

    /** What it says of the mesh that it does not find. */
    private String run(String... arguments) {
        Meshes none = new Meshes(new StateDirectories(Path.of("/nonexistent"), false));
        Session session = new Session(screen, none, Clock.systemUTC(), Map.of());
        List<String> line = new ArrayList<>(List.of("exec"));
        line.addAll(List.of(arguments));
        int code = new CommandLine(new WeftCommand())
                .addSubcommand(ExecCommand.commandLine(session))
                .setErr(screen.err())
                .setParameterExceptionHandler((e, _) -> {
                    err.write(String.valueOf(e.getMessage()));
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, _, _) -> {
                    err.write(String.valueOf(e.getMessage()));
                    return ExitCode.FAILED;
                })
                .execute(line.toArray(String[]::new));
        assertThat(code).isNotZero();
        String said = err.toString();
        err.getBuffer().setLength(0);
        return said;
    }
}
