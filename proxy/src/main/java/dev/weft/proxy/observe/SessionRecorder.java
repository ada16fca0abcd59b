package dev.weft.proxy.observe;

import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionObserver;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts sessions, sums up their peers, and logs their ends. */
public final class SessionRecorder implements SessionObserver {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRecorder.class);

    private final SidecarMetrics metrics;
    private final AccessLog accessLog;
    private final Clock clock;
    private final PeerNames peers = new PeerNames();
    private final Edges edges = new Edges();

    public SessionRecorder(SidecarMetrics metrics, AccessLog accessLog, Clock clock) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.clock = clock;
    }

    @Override
    public void opened(Session session) {
        metrics.sessionOpened(session.direction().text());
    }

    @Override
    public void ended(Session session, @Nullable Refusal refusal) {
        String direction = session.direction().text();
        metrics.sessionClosed(
                direction,
                session.decision(),
                plaintext(session),
                peers.label(session.peerIdentity()),
                session.bytesIn(),
                session.bytesOut(),
                session.ageNanos());
        if (!session.policy().isEmpty()) {
            metrics.connectionDecided(session.policy(), session.decision());
        }
        if (refusal != null) {
            metrics.refused(direction, refusal.code());
            LOG.atDebug()
                    .addKeyValue("direction", direction)
                    .addKeyValue("destination", session.destination())
                    .addKeyValue("code", refusal.code())
                    .log(refusal.reason());
        }
        Instant now = clock.instant();
        edges.ended(session, refusal, now);
        accessLog.ended(session, refusal, now);
    }

    /**
     * Returns why the session, which has ended, was not carried by mutual TLS: {@code none} if it was;
     * {@code not-established} if it ended before anything was carried, for example because it was refused;
     * {@code probe} for the workload's own probes; {@code permissive} if the caller has no sidecar and the workload
     * admits that; {@code no-sidecar} if the destination is in the mesh and its endpoint has no sidecar;
     * {@code not-in-mesh} if the mesh does not know the destination.
     */
    private static String plaintext(Session session) {
        if (session.secure()) {
            return SidecarMetrics.NO_PLAINTEXT;
        }
        if (session.decision().equals("probe")) {
            return "probe";
        }
        if (!session.wasAdmitted()) {
            return "not-established";
        }
        return switch (session.direction()) {
            case INBOUND -> "permissive";
            case OUTBOUND -> session.service() == null ? "not-in-mesh" : "no-sidecar";
        };
    }

    /** The edges between the workload and its peers: whom it has called and who has called it. */
    public Edges edges() {
        return edges;
    }
}
