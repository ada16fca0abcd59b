package dev.weft.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "token",
        description = "Join tokens, with which machines from outside join: 'weft token create', 'list', 'revoke'.",
        footer = {
            "  weft token create --workload shop/laptop --ttl 1h",
            "  weft token list",
            "  weft token revoke 3f2a91c07d5e",
        })
public final class TokenCommand extends CommandGroup {

    public TokenCommand(Session session) {
        super(new TokenCreateCommand(session), new TokenListCommand(session), new TokenRevokeCommand(session));
    }
}
