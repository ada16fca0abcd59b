package dev.weft.cli.command.trust;

import dev.weft.cli.command.CommandGroup;
import dev.weft.cli.command.Session;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

@Command(
        name = "trust",
        description = "Trust anchors and trust domains: show, make, sign, rotate, shut out.",
        footer = {
            "  weft trust show",
            "  weft trust rotate",
            "  weft trust init --out anchor/",
            "  weft trust sign --anchor anchor/anchor.pem --anchor-key anchor/anchor-key.pem \\",
            "      --csr east.csr --trust-domain east.example > east.pem",
        })
public final class TrustCommand extends CommandGroup {

    public TrustCommand(Session session) {
        this(session, Confirmation::new);
    }

    TrustCommand(Session session, Supplier<Confirmation> confirmation) {
        super(
                new TrustInitCommand(session),
                new TrustSignCommand(session),
                new TrustRotateCommand(session, confirmation.get()),
                new TrustBundleCommand(session),
                new TrustDomainsCommand(session),
                new TrustDisableCommand(session),
                new TrustEnableCommand(session),
                new TrustShowCommand(session));
    }
}
