package dev.weft.control.certify;

import dev.weft.daemon.listen.Network;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes refusals to the audit log: all of them, until one {@link Network} causes many. Since a peer can cause refusals
 * without end, and they must not fill a disk, a busy network then gets about one line per second; that line carries the
 * number of refusals left out. Safe for use by several threads.
 */
public final class RefusalLog {

    /** Lines per second for one network, sustained. */
    static final double LINES_PER_SECOND = 1;

    /** Lines for one network in a burst. */
    static final int LINES_BURST = 100;

    private static final int MAX_NETWORKS = 10_000;

    private final AuditLog audit;
    private final RateLimiter lines;
    private final AtomicLong leftOut = new AtomicLong();

    /** Creates a limiter in front of this audit log. */
    public RefusalLog(AuditLog audit, Clock clock) {
        this.audit = audit;
        this.lines = new RateLimiter(LINES_PER_SECOND, LINES_BURST, MAX_NETWORKS, clock);
    }

    /**
     * Records a refusal, or only counts it.
     *
     * @param address IP address of the caller, without the port
     */
    public void record(String address, Map<String, Object> event) {
        if (!lines.tryAcquire(Network.of(address))) {
            leftOut.incrementAndGet();
            return;
        }
        long before = leftOut.getAndSet(0);
        Map<String, Object> line = new LinkedHashMap<>(event);
        if (before > 0) {
            line.put("leftOut", before);
        }
        audit.record(line);
    }
}
