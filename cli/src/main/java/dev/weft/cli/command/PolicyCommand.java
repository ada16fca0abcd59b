package dev.weft.cli.command;

import picocli.CommandLine.Command;

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

    public PolicyCommand(Session session) {
        super(
                new PolicyExplainCommand(session),
                new PolicySuggestCommand(session),
                new PolicyTestCommand(session),
                new PolicyLintCommand(session));
    }
}
