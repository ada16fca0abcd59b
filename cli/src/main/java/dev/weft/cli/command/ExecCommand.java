package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.NoSuchUserException;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code weft exec}: runs a command inside a workload's network namespace. This process only determines how to get
 * there; {@code ./weft} then replaces itself by that command. So terminal, signals and exit code are the command's own,
 * and no JVM stays behind it.
 */
@Command(
        name = "exec",
        description = "Run a command inside a workload, captured by its sidecar like the workload itself.",
        customSynopsis = "weft exec [-h] [--mesh=MESH] [-n=NAMESPACE] [-u=USER] WORKLOAD -- COMMAND [ARGUMENT...]%n",
        footer = {
            "  weft exec shop/web -- curl -s http://api.shop/",
            "  weft exec web -- bash                          # a shell, to look around",
            "  weft exec shop/api -- ss -tnp                  # its sockets",
            "  weft exec --user root web -- tcpdump -ni any   # what only root may",
            "",
            "Runs as the workload's own user, with its environment and rights, where the mesh file",
            "names one; else as you.",
            "Ends with the exit code of COMMAND; 127 when there is no such command.",
        })
public final class ExecCommand extends SessionCommand {

    /** Names the file that receives the {@link ShellPlan} for {@code ./weft}; the command is then not run here. */
    static final String PLAN_PROPERTY = "weft.exec.plan";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            description = {
                "another user than the workload's own, with all rights of that user:",
                "user or user:group, by name or number."
            })
    private @Nullable String user;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private String workload = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "what to run, after --.")
    private List<String> command = List.of();

    private ExecCommand(Session session) {
        super(session);
    }

    /**
     * Returns the command line. Everything after WORKLOAD belongs to the command to run, even if it looks like an
     * option of weft.
     */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new ExecCommand(session)).setStopAtPositional(true);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        readOptionsBeforeSeparator();
        MeshHandle mesh = meshOption.mesh(session);
        WorkloadStatus status = Workloads.find(session, mesh, namespace, workload);
        if (status.pause().pid() == 0) {
            throw CommandFailure.failed(
                    "WEFT-L107",
                    "workload " + status.qualifiedName() + " is not running now: " + status.reason(),
                    "see 'weft ps' and 'weft logs " + status.qualifiedName() + "'");
        }
        ProcessBuilder line = line(mesh, status, withoutSeparator(command));
        @Nullable String plan = System.getProperty(PLAN_PROPERTY);
        if (plan != null) {
            Files.writeString(Path.of(plan), ShellPlan.of(line.command(), line.environment(), System.getenv()));
            return ExitCode.OK;
        }
        return line.inheritIO().start().waitFor();
    }

    private ProcessBuilder line(MeshHandle mesh, WorkloadStatus status, List<String> words) throws IOException {
        try {
            return mesh.exec(status.qualifiedName(), Optional.ofNullable(user), words);
        } catch (NoSuchUserException e) {
            throw new CommandFailure(
                    user == null ? ExitCode.FAILED : ExitCode.USAGE,
                    "WEFT-L114",
                    String.valueOf(e.getMessage()),
                    user == null
                            ? "correct 'user' of " + status.qualifiedName() + " in the mesh file, or give --user"
                            : "leave out --user to run as the workload does");
        }
    }

    /** Reads options between WORKLOAD and {@code --} as options of weft, as kubectl does. */
    private void readOptionsBeforeSeparator() {
        if (command.getFirst().startsWith("-") && command.indexOf("--") > 0) {
            CommandLine own = spec.commandLine();
            List<String> given = own.getParseResult().originalArgs();
            own.setStopAtPositional(false);
            own.parseArgs(
                    given.subList(given.indexOf(spec.name()) + 1, given.size()).toArray(String[]::new));
        }
    }

    private List<String> withoutSeparator(List<String> given) {
        List<String> rest = given.getFirst().equals("--") ? given.subList(1, given.size()) : given;
        if (rest.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no COMMAND after --");
        }
        return rest;
    }
}
