package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code weft exec}: a command inside a workload's network namespace. This process finds out how to get there; {@code ./weft}
 * then becomes that command, so that terminal, signals and exit code are the command's own and no JVM waits behind it.
 */
@Command(
        name = "exec",
        description = "Run a command inside a workload, captured by its sidecar like the workload itself.",
        customSynopsis = "weft exec [-h] [-n=MESH] WORKLOAD -- COMMAND [ARGUMENT...]%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft exec shop/web -- curl -s http://api.shop/",
            "  weft exec web -- bash                          # a shell, to look around",
            "  weft exec shop/api -- ss -tnp                  # its sockets",
            "",
            "Ends with the exit code of COMMAND; 127 when there is no such command.",
        })
public final class ExecCommand implements Callable<Integer> {

    /** Names the file into which {@code ./weft} wants the command line, quoted for a shell, instead of having it run. */
    static final String PLAN_PROPERTY = "weft.exec.plan";

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private String workload = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "what to run, after --.")
    private List<String> command = List.of();

    private ExecCommand(Session session) {
        this.session = session;
    }

    /** All after WORKLOAD belongs to the command to run, whether it looks like an option of weft or not. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new ExecCommand(session)).setStopAtPositional(true);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MeshHandle mesh = meshOption.mesh(session);
        WorkloadStatus status = Workloads.find(mesh, workload);
        if (status.pause().pid() == 0) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "WEFT-L107",
                    "workload " + status.qualifiedName() + " is not running now: " + status.reason(),
                    "see 'weft ps' and 'weft logs " + status.qualifiedName() + "'");
        }
        List<String> line = mesh.execCommand(status.qualifiedName(), withoutSeparator(command));
        @Nullable String plan = System.getProperty(PLAN_PROPERTY);
        if (plan != null) {
            Files.writeString(Path.of(plan), quoted(line));
            return ExitCode.OK;
        }
        return new ProcessBuilder(line).inheritIO().start().waitFor();
    }

    private List<String> withoutSeparator(List<String> given) {
        List<String> rest = given.getFirst().equals("--") ? given.subList(1, given.size()) : given;
        if (rest.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no COMMAND after --");
        }
        return rest;
    }

    static String quoted(List<String> line) {
        return line.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }
}
