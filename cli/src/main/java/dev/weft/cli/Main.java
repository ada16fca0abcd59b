package dev.weft.cli;

import dev.weft.cli.command.AnalyzeCommand;
import dev.weft.cli.command.CheckCommand;
import dev.weft.cli.command.CompletionCommand;
import dev.weft.cli.command.ConnectionsCommand;
import dev.weft.cli.command.DownCommand;
import dev.weft.cli.command.EdgesCommand;
import dev.weft.cli.command.ExecCommand;
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
import dev.weft.cli.command.Translation;
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
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.cli.screen.Screen;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** Starts the {@code weft} command; the one place that connects its parts. */
public final class Main {

    private static final int HELP_WIDTH = 100;

    private Main() {}

    public static void main(String[] args) {
        quietLibraries();
        Screen screen = Screen.ofProcess(System.getenv());
        System.exit(commandLine(screen, StateDirectories.ofProcess(), System.getenv())
                .execute(args));
    }

    /**
     * Silences the logs of gRPC and Netty, which would mix with the results. To be called before the first logger is
     * created.
     */
    static void quietLibraries() {
        System.setProperty("logback.configurationFile", "dev/weft/cli/logback.xml");
    }

    static CommandLine commandLine(Screen screen, StateDirectories directories, Map<String, String> environment) {
        Session session = new Session(screen, new Meshes(directories), Clock.systemUTC(), environment);
        CommandLine root = new CommandLine(new WeftCommand())
                .addSubcommand(new UpCommand(session, directories))
                .addSubcommand(new DownCommand(session, directories))
                .addSubcommand(new PsCommand(session))
                .addSubcommand(ExecCommand.commandLine(session))
                .addSubcommand(new LogsCommand(session))
                .addSubcommand(new RestartCommand(session))
                .addSubcommand(new LinkCommand(session))
                .addSubcommand(new UnlinkCommand(session))
                .addSubcommand(new StatusCommand(session))
                .addSubcommand(new IdentityCommand(session))
                .addSubcommand(new ConnectionsCommand(session))
                .addSubcommand(new EdgesCommand(session))
                .addSubcommand(PolicyCommand.commandLine(session))
                .addSubcommand(new AnalyzeCommand(session))
                .addSubcommand(new CheckCommand(session))
                .addSubcommand(new MetricsCommand(session))
                .addSubcommand(TrustCommand.commandLine(session))
                .addSubcommand(RevokeCommand.commandLine(session))
                .addSubcommand(IssuerCommand.commandLine(session))
                .addSubcommand(TokenCommand.commandLine(session))
                .addSubcommand(MachineCommand.commandLine(session))
                .addSubcommand(ProxyCommand.commandLine(session))
                .addSubcommand(new DemoCommand(session, directories))
                .addSubcommand(new VersionCommand(screen))
                .addSubcommand(new CompletionCommand(screen));
        addObserving(root, session);
        addKubernetes(root, session);
        WeftCommand.groupSubcommands(root);
        FailurePrinter failures = new FailurePrinter(screen, Translation::of);
        return root.setOut(screen.out())
                .setErr(screen.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setUsageHelpWidth(HELP_WIDTH)
                .setColorScheme(Help.defaultColorScheme(screen.colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    }

    private static void addObserving(CommandLine root, Session session) {
        root.addSubcommand(new SchemaCommand(session.screen()))
                .addSubcommand(new StatCommand(session))
                .addSubcommand(new TopCommand(session))
                .addSubcommand(new TapCommand(session))
                .addSubcommand(new RoutesCommand(session))
                .addSubcommand(new HardenCommand(session));
    }

    private static void addKubernetes(CommandLine root, Session session) {
        root.addSubcommand(new InstallCommand(session))
                .addSubcommand(new UpgradeCommand(session))
                .addSubcommand(new UninstallCommand(session))
                .addSubcommand(new InjectCommand(session.screen()))
                .addSubcommand(new UninjectCommand(session.screen()));
    }
}
