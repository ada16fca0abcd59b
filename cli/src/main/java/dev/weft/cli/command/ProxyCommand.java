package dev.weft.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft proxy}: commands about the sidecar of a machine outside. */
@Command(
        name = "proxy",
        description = "Make this machine part of a mesh elsewhere: 'weft proxy join', 'leave'.",
        footer = {
            "  weft proxy join join.yaml",
            "  weft proxy join join.yaml --capture --state /var/lib/weft",
        })
public final class ProxyCommand extends CommandGroup {

    private ProxyCommand() {}

    /** Returns {@code weft proxy} with its subcommands. */
    public static CommandLine commandLine(Session session) {
        return new CommandLine(new ProxyCommand())
                .addSubcommand(new ProxyJoinCommand(session))
                .addSubcommand(new ProxyLeaveCommand(session));
    }
}
