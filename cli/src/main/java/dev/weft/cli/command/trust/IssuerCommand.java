package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weft issuer}: commands about a mesh's issuer. */
@Command(
        name = "issuer",
        description = "A mesh's issuer: request a new one, install it, rotate.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft issuer csr > east.csr",
            "  weft trust sign --anchor anchor.pem --anchor-key anchor-key.pem \\",
            "      --csr east.csr --trust-domain east.example > east.pem",
            "  weft issuer install east.pem",
            "  weft issuer rotate --anchor anchor.pem --anchor-key anchor-key.pem",
        })
public final class IssuerCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    private IssuerCommand() {}

    /** Returns {@code weft issuer} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return commandLine(session, Confirmation::new);
    }

    static CommandLine commandLine(Session session, Supplier<Confirmation> confirmation) {
        return new CommandLine(new IssuerCommand())
                .addSubcommand(new IssuerCsrCommand(session))
                .addSubcommand(new IssuerInstallCommand(session))
                .addSubcommand(new IssuerRotateCommand(session, confirmation.get()));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
