package dev.weft.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "machine",
        description = "Machines that joined with a token: 'weft machine list', 'revoke'.",
        footer = {
            "  weft machine list",
            "  weft machine revoke 3f2a91c07d5e",
        })
public final class MachineCommand extends CommandGroup {

    public MachineCommand(Session session) {
        super(new MachineListCommand(session), new MachineRevokeCommand(session));
    }
}
