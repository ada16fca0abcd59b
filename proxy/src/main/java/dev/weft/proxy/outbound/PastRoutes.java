package dev.weft.proxy.outbound;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.limit.SparseLog;
import dev.weft.proxy.session.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that connections do not go by the routes of their destination: some endpoint has no sidecar, and rules of what the workload
 * calls outside are about connections.
 */
final class PastRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(PastRoutes.class);
    private static final int LINES = 3;

    private final SparseLog lines = new SparseLog(
            LINES,
            Duration.ofMinutes(1),
            System::nanoTime,
            count -> LOG.warn("{} more connections did not go by the routes of their destination", count));

    /** This one is carried as bytes. */
    void note(Lane lane, Session session) {
        lane.sidecar().metrics().event("routes-not-applied");
        if (lines.mayWrite(session.loop())) {
            LOG.warn(
                    "A connection to {} does not go by its routes: an endpoint has no sidecar, and there are rules of"
                            + " what this workload calls outside of the mesh. Give the endpoint a sidecar",
                    HostPort.text(session.destination()));
        }
    }
}
