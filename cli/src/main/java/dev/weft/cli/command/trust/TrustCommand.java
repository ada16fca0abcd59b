package dev.weft.cli.command.trust;

import dev.weft.cli.command.CommandGroup;
import dev.weft.cli.command.Session;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft trust}: commands about trust anchors and trust domains. */
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

    private TrustCommand() {}

    /** Returns {@code weft trust} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return commandLine(session, Confirmation::new);
    }

    static CommandLine commandLine(Session session, Supplier<Confirmation> confirmation) {
        return new CommandLine(new TrustCommand())
                .addSubcommand(new TrustInitCommand(session))
                .addSubcommand(new TrustSignCommand(session))
                .addSubcommand(new TrustRotateCommand(session, confirmation.get()))
                .addSubcommand(new TrustBundleCommand(session))
                .addSubcommand(new TrustDomainsCommand(session))
                .addSubcommand(new TrustDisableCommand(session))
                .addSubcommand(new TrustEnableCommand(session))
                .addSubcommand(new TrustShowCommand(session));
    }
}
