package dev.weft.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft machine}: commands about the machines that joined with a token. */
@Command(
        name = "machine",
        description = "Machines that joined with a token: 'weft machine list', 'revoke'.",
        footer = {
            "  weft machine list",
            "  weft machine revoke 3f2a91c07d5e",
        })
public final class MachineCommand extends CommandGroup {

    private MachineCommand() {}

    /** Returns {@code weft machine} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new MachineCommand())
                .addSubcommand(new MachineListCommand(session))
                .addSubcommand(new MachineRevokeCommand(session));
    }
}
