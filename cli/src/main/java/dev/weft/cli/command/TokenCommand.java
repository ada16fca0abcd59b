package dev.weft.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft token}: commands about join tokens for machines outside. */
@Command(
        name = "token",
        description = "Join tokens, with which machines from outside join: 'weft token create', 'list', 'revoke'.",
        footer = {
            "  weft token create --workload shop/laptop --ttl 1h",
            "  weft token list",
            "  weft token revoke 3f2a91c07d5e",
        })
public final class TokenCommand extends CommandGroup {

    private TokenCommand() {}

    /** Returns {@code weft token} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new TokenCommand())
                .addSubcommand(new TokenCreateCommand(session))
                .addSubcommand(new TokenListCommand(session))
                .addSubcommand(new TokenRevokeCommand(session));
    }
}
