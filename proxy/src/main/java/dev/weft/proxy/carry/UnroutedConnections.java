package dev.weft.proxy.carry;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.limit.SparseLog;
import dev.weft.proxy.session.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts connections to which the routes of their destination are not applied. */
public final class UnroutedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(UnroutedConnections.class);
    private static final int LINES = 3;

    private final String protocol;
    private final String why;
    private final SparseLog lines;

    /**
     * Creates the log for one reason.
     *
     * @param protocol protocol of the connections for the log line, such as {@code " of HTTP/2"}; empty for any
     * @param why text for people: the reason, and what to do
     */
    public UnroutedConnections(String protocol, String why) {
        this.protocol = protocol;
        this.why = why;
        this.lines = new SparseLog(
                LINES,
                Duration.ofMinutes(1),
                System::nanoTime,
                count -> LOG.warn(
                        "{} more connections{} did not follow the routes of their destination", count, protocol));
    }

    /** Logs and counts a connection that is carried as bytes. */
    public void note(LoopContext lane, Session session) {
        lane.sidecar().metrics().event("routes-not-applied");
        if (lines.mayWrite(session.loop())) {
            LOG.warn(
                    "A connection{} to {} does not follow its routes: {}",
                    protocol,
                    HostPort.text(session.destination()),
                    why);
        }
    }
}
