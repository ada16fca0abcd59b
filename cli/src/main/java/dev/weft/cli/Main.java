package dev.weft.cli;

import static java.util.Objects.requireNonNull;

import dev.weft.cli.command.AnalyzeCommand;
import dev.weft.cli.command.CheckCommand;
import dev.weft.cli.command.CompletionCommand;
import dev.weft.cli.command.ConnectionsCommand;
import dev.weft.cli.command.DownCommand;
import dev.weft.cli.command.EdgesCommand;
import dev.weft.cli.command.ExecCommand;
import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.HardenCommand;
import dev.weft.cli.command.IdentityCommand;
import dev.weft.cli.command.LinkCommand;
import dev.weft.cli.command.LogsCommand;
import dev.weft.cli.command.MachineCommand;
import dev.weft.cli.command.MetricsCommand;
import dev.weft.cli.command.PolicyCommand;
import dev.weft.cli.command.ProxyCommand;
import dev.weft.cli.command.PsCommand;
import dev.weft.cli.command.RestartCommand;
import dev.weft.cli.command.RoutesCommand;
import dev.weft.cli.command.SchemaCommand;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.StatCommand;
import dev.weft.cli.command.StatusCommand;
import dev.weft.cli.command.TapCommand;
import dev.weft.cli.command.TokenCommand;
import dev.weft.cli.command.TopCommand;
import dev.weft.cli.command.UnlinkCommand;
import dev.weft.cli.command.VersionCommand;
import dev.weft.cli.command.WeftCommand;
import dev.weft.cli.command.kubernetes.InjectCommand;
import dev.weft.cli.command.kubernetes.InstallCommand;
import dev.weft.cli.command.kubernetes.UninjectCommand;
import dev.weft.cli.command.kubernetes.UninstallCommand;
import dev.weft.cli.command.kubernetes.UpgradeCommand;
import dev.weft.cli.command.revoke.RevokeCommand;
import dev.weft.cli.command.trust.IssuerCommand;
import dev.weft.cli.command.trust.TrustCommand;
import dev.weft.cli.command.up.UpCommand;
import dev.weft.cli.demo.DemoCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.cli.screen.ProcessOutput;
import dev.weft.cli.screen.Screen;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** Starts the {@code weft} command; the one place that connects its parts. */
public final class Main {

    /** Columns of help where the width of the terminal is not known. */
    private static final int USUAL_HELP_WIDTH = 80;

    private static final int NARROWEST_HELP = 60;
    private static final int WIDEST_HELP = 100;
    private static final String COMPLETION = "completion";

    private Main() {}

    public static void main(String[] args) {
        quietLibraries();
        ProcessOutput output = ProcessOutput.ofProcess();
        Screen screen = Screen.ofProcess(output, System.getenv());
        int exit = commandLine(screen, StateDirectories.ofProcess(), System.getenv(), args)
                .execute(args);
        System.exit(delivered(exit, output, screen));
    }

    /** Returns the exit code of a command that has ended, which is no success if its output is incomplete. */
    static int delivered(int exit, ProcessOutput output, Screen screen) {
        screen.out().flush();
        Optional<String> reason = output.failure();
        if (reason.isEmpty()) {
            return exit;
        }
        CommandFailure failure = CommandFailure.failed(
                "WEFT-L115",
                "the output is incomplete: " + reason.get(),
                "what the command changes is changed, but not all that it printed was written");
        new FailurePrinter(screen, FailureTranslation::of).print(failure);
        return exit == ExitCode.OK ? failure.exitCode() : exit;
    }

    /**
     * Silences the logs of gRPC and Netty, which would mix with the results. To be called before the first logger is
     * created.
     */
    static void quietLibraries() {
        System.setProperty("logback.configurationFile", "dev/weft/cli/logback.xml");
    }

    /**
     * Creates the command line for these arguments. It has only the subcommand that they name, because reading the
     * others would take picocli a third of a command's time; it has all of them if the arguments name none, or one that
     * is about all of them.
     */
    static CommandLine commandLine(
            Screen screen, StateDirectories directories, Map<String, String> environment, String... args) {
        Session session = new Session(screen, new Meshes(directories), Clock.systemUTC(), environment);
        Map<String, Supplier<Object>> commands = commands(session, directories);
        boolean one = args.length > 0 && commands.containsKey(args[0]) && !args[0].equals(COMPLETION);
        CommandLine root = new CommandLine(new WeftCommand());
        for (String name : one ? List.of(args[0]) : commands.keySet()) {
            root.addSubcommand(name, requireNonNull(commands.get(name)).get());
        }
        WeftCommand.arrangeHelp(root);
        FailurePrinter failures = new FailurePrinter(screen, FailureTranslation::of);
        return root.setOut(screen.out())
                .setErr(screen.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setUsageHelpWidth(Math.clamp(screen.columns().orElse(USUAL_HELP_WIDTH), NARROWEST_HELP, WIDEST_HELP))
                .setColorScheme(Help.defaultColorScheme(screen.colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    }

    private static Map<String, Supplier<Object>> commands(Session session, StateDirectories directories) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", () -> new UpCommand(session, directories));
        commands.put("down", () -> new DownCommand(session, directories));
        commands.put("ps", () -> new PsCommand(session));
        commands.put("exec", () -> ExecCommand.commandLine(session));
        commands.put("logs", () -> new LogsCommand(session));
        commands.put("restart", () -> new RestartCommand(session));
        commands.put("link", () -> new LinkCommand(session));
        commands.put("unlink", () -> new UnlinkCommand(session));
        commands.put("trust", () -> new TrustCommand(session).commandLine());
        commands.put("revoke", () -> new RevokeCommand(session).commandLine());
        commands.put("issuer", () -> new IssuerCommand(session).commandLine());
        commands.put("token", () -> new TokenCommand(session).commandLine());
        commands.put("machine", () -> new MachineCommand(session).commandLine());
        commands.put("proxy", () -> new ProxyCommand(session).commandLine());
        commands.put("demo", () -> new DemoCommand(session, directories));
        commands.put("version", () -> new VersionCommand(session.screen()));
        commands.put(COMPLETION, () -> new CompletionCommand(session.screen()));
        putObserving(commands, session);
        putKubernetes(commands, session);
        return commands;
    }

    private static void putObserving(Map<String, Supplier<Object>> commands, Session session) {
        commands.put("status", () -> new StatusCommand(session));
        commands.put("identity", () -> new IdentityCommand(session));
        commands.put("connections", () -> new ConnectionsCommand(session));
        commands.put("edges", () -> new EdgesCommand(session));
        commands.put("policy", () -> new PolicyCommand(session).commandLine());
        commands.put("analyze", () -> new AnalyzeCommand(session));
        commands.put("check", () -> new CheckCommand(session));
        commands.put("metrics", () -> new MetricsCommand(session));
        commands.put("schema", () -> new SchemaCommand(session.screen()));
        commands.put("stat", () -> new StatCommand(session));
        commands.put("top", () -> new TopCommand(session));
        commands.put("tap", () -> new TapCommand(session));
        commands.put("routes", () -> new RoutesCommand(session));
        commands.put("harden", () -> new HardenCommand(session));
    }

    private static void putKubernetes(Map<String, Supplier<Object>> commands, Session session) {
        commands.put("install", () -> new InstallCommand(session));
        commands.put("upgrade", () -> new UpgradeCommand(session));
        commands.put("uninstall", () -> new UninstallCommand(session));
        commands.put("inject", () -> new InjectCommand(session.screen()));
        commands.put("uninject", () -> new UninjectCommand(session.screen()));
    }
}
