package dev.weft.cli.command;

import picocli.CommandLine.Command;

@Command(
        name = "proxy",
        description = "Make this machine part of a mesh elsewhere: 'weft proxy join', 'leave'.",
        footer = {
            "  weft proxy join join.yaml",
            "  weft proxy join join.yaml --capture --state /var/lib/weft",
        })
public final class ProxyCommand extends CommandGroup {

    public ProxyCommand(Session session) {
        super(new ProxyJoinCommand(session), new ProxyLeaveCommand(session));
    }
}
