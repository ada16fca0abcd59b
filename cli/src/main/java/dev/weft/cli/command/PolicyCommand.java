package dev.weft.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft policy}: commands about policies. */
@Command(
        name = "policy",
        description = "Who may call what, and why: 'weft policy explain', 'suggest', 'test', 'lint'.",
        footer = {
            "  weft policy explain --from shop/web --to shop/api:8080",
            "  weft policy explain --egress --from shop/api --to api.bank.example:443",
            "  weft policy suggest -n shop",
            "  weft policy test expected.yaml --file shop.yaml",
            "  weft policy lint shop.yaml",
        })
public final class PolicyCommand extends CommandGroup {

    private PolicyCommand() {}

    /** Returns {@code weft policy} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyExplainCommand(session))
                .addSubcommand(new PolicySuggestCommand(session))
                .addSubcommand(new PolicyTestCommand(session))
                .addSubcommand(new PolicyLintCommand(session));
    }
}
