package dev.weft.control.certify;

import dev.weft.daemon.listen.Network;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Refusals in the audit log: all of them, until one {@link Network} has many. What a peer can bring about without end must not fill
 * a disk, so from then on there is a line in a while, which has the number of those left out. Safe for use by several threads.
 */
public final class RefusalLog {

    /** Lines a second for one network, over a longer time. */
    static final double LINES_PER_SECOND = 1;

    /** Lines for one network at once. */
    static final int LINES_BURST = 100;

    private static final int MAX_NETWORKS = 10_000;

    private final AuditLog audit;
    private final RateLimiter lines;
    private final AtomicLong leftOut = new AtomicLong();

    /** Refusals into this log. */
    public RefusalLog(AuditLog audit, Clock clock) {
        this.audit = audit;
        this.lines = new RateLimiter(LINES_PER_SECOND, LINES_BURST, MAX_NETWORKS, clock);
    }

    /**
     * Records a refusal, or counts it.
     *
     * @param address of the caller, without the port
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
