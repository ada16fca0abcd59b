package dev.weft.cli.command.trust;

import dev.weft.cli.command.CommandGroup;
import dev.weft.cli.command.Session;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

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

    public IssuerCommand(Session session) {
        this(session, Confirmation::new);
    }

    IssuerCommand(Session session, Supplier<Confirmation> confirmation) {
        super(
                new IssuerCsrCommand(session),
                new IssuerInstallCommand(session),
                new IssuerRotateCommand(session, confirmation.get()));
    }
}
