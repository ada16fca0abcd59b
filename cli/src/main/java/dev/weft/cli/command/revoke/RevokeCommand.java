package dev.weft.cli.command.revoke;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weft revoke}: commands about revocations. */
@Command(
        name = "revoke",
        description = "Revoke a certificate, an identity or an issuer. Its live sessions are closed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft revoke identity shop/web                     # what it has now; it may get new ones",
            "  weft revoke identity shop/web --issued-before +1h # nothing for an hour",
            "  weft revoke certificate 3f9a0c…                   # 'weft identity' has serial numbers",
            "  weft revoke list",
            "  weft revoke undo identity-0123456789",
        })
public final class RevokeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    private RevokeCommand() {}

    /** Returns {@code weft revoke} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new RevokeCommand())
                .addSubcommand(new RevokeCertificateCommand(session))
                .addSubcommand(new RevokeIdentityCommand(session))
                .addSubcommand(new RevokeIssuerCommand(session))
                .addSubcommand(new RevokeListCommand(session))
                .addSubcommand(new RevokeUndoCommand(session));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
