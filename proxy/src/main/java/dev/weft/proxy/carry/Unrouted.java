package dev.weft.proxy.carry;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.limit.SparseLog;
import dev.weft.proxy.session.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that connections do not go by the routes of their destination, and counts them. */
public final class Unrouted {
    private static final Logger LOG = LoggerFactory.getLogger(Unrouted.class);
    private static final int LINES = 3;

    private final String protocol;
    private final String why;
    private final SparseLog lines;

    /**
     * For one reason.
     *
     * @param protocol what is said of the connections, as {@code " of HTTP/2"}; empty for any
     * @param why for people: what the reason is, and what to do
     */
    public Unrouted(String protocol, String why) {
        this.protocol = protocol;
        this.why = why;
        this.lines = new SparseLog(
                LINES,
                Duration.ofMinutes(1),
                System::nanoTime,
                count -> LOG.warn(
                        "{} more connections{} did not go by the routes of their destination", count, protocol));
    }

    /** This one is carried as bytes. */
    public void note(Lane lane, Session session) {
        lane.sidecar().metrics().event("routes-not-applied");
        if (lines.mayWrite(session.loop())) {
            LOG.warn(
                    "A connection{} to {} does not go by its routes: {}",
                    protocol,
                    HostPort.text(session.destination()),
                    why);
        }
    }
}
