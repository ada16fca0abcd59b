package dev.weft.cli.command;

import dev.weft.cli.join.Capture;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weft proxy leave}: ends a capture that a sidecar has left behind. */
@Command(
        name = "leave",
        description = "End the capture on this machine, after a sidecar ended without doing so.",
        footerHeading = "%nExamples:%n",
        footer = "  weft proxy leave")
public final class ProxyLeaveCommand implements Callable<Integer> {

    private final Session session;

    ProxyLeaveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Capture.end();
        session.screen().line("nothing is captured any more");
        return 0;
    }
}
