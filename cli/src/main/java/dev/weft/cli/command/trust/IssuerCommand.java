package dev.weft.cli.command.trust;

import dev.weft.cli.command.CommandGroup;
import dev.weft.cli.command.Session;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft issuer}: commands about a mesh's issuer. */
@Command(
        name = "issuer",
        description = "A mesh's issuer: request a new one, install it, rotate.",
        footer = {
            "  weft issuer csr > east.csr",
            "  weft trust sign --anchor anchor.pem --anchor-key anchor-key.pem \\",
            "      --csr east.csr --trust-domain east.example > east.pem",
            "  weft issuer install east.pem",
            "  weft issuer rotate --anchor anchor.pem --anchor-key anchor-key.pem",
        })
public final class IssuerCommand extends CommandGroup {

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
}
