package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weft policy}: holds what there is to ask about policies. */
@Command(
        name = "policy",
        description = "Who may call what, and why: 'weft policy explain'.",
        footerHeading = "%nExamples:%n",
        footer = "  weft policy explain --from shop/web --to shop/api:8080")
public final class PolicyCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    private PolicyCommand() {}

    /** {@code weft policy} with its own subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new PolicyCommand()).addSubcommand(new PolicyExplainCommand(session));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
