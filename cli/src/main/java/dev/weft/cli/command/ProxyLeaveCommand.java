package dev.weft.cli.command;

import dev.weft.cli.join.Capture;
import picocli.CommandLine.Command;

@Command(
        name = "leave",
        description = "End the capture on this machine, after a sidecar ended without doing so.",
        footer = "  weft proxy leave")
public final class ProxyLeaveCommand extends SessionCommand {

    ProxyLeaveCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        Capture.end();
        session.screen().line("nothing is captured any more");
        return 0;
    }
}
