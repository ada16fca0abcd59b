package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.limit.SparseLog;
import dev.weft.proxy.session.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that connections do not go by the routes of their destination, as the sidecars there take connections only. */
final class Unrouted {
    private static final Logger LOG = LoggerFactory.getLogger(Unrouted.class);
    private static final int LINES = 3;

    private final SparseLog lines = new SparseLog(
            LINES,
            Duration.ofMinutes(1),
            System::nanoTime,
            count -> LOG.warn("{} more connections of HTTP/2 did not go by the routes of their destination", count));

    /** This one is carried as bytes. */
    void note(Lane lane, Session session) {
        lane.sidecar().metrics().event("routes-not-applied");
        if (lines.mayWrite(session.loop())) {
            LOG.warn(
                    "A connection of HTTP/2 to {} does not go by its routes: the endpoint's sidecar takes no requests",
                    HostPort.text(session.destination()));
        }
    }
}
