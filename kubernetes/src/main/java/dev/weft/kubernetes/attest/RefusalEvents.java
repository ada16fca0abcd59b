package dev.weft.kubernetes.attest;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Explains on a pod why it gets no certificate. Nothing waits for an Event. Safe for use by many threads. */
final class RefusalEvents {

    /** The reason of these Events. */
    static final String REASON = "WeftCertificateRefused";

    /** Number of temporary refusals in a row after which an Event is written. */
    static final int TEMPORARY_REFUSALS = 3;

    /** A pod that was not refused for this long has its certificate: later refusals begin another row. */
    static final Duration END_OF_ROW = Duration.ofMinutes(5);

    private static final int MAX_PODS = 10_000;

    /** Temporary refusals in a row. */
    private record Row(int refusals, Instant last) {}

    private final PodEvents events;
    private final Clock clock;
    /** By pod UID, for the pods that were refused most recently. */
    @GuardedBy("this")
    private final Map<String, Row> temporary = new LinkedHashMap<>(16, 0.75f, true);

    RefusalEvents(PodEvents events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Writes an Event soon, unless a limit is reached. */
    void refused(WorkloadRefusal refusal) {
        WorkloadClaims pod = refusal.workload();
        if (refusal.temporary() && count(pod.podUid()) < TEMPORARY_REFUSALS) {
            return;
        }
        events.offer(new PodEvents.Warning(
                pod.namespace(), pod.pod(), pod.podUid(), REASON, refusal.code() + ": " + refusal.reason()));
    }

    private synchronized int count(String uid) {
        Instant now = clock.instant();
        Row former = temporary.get(uid);
        int before = former == null || former.last().plus(END_OF_ROW).isBefore(now) ? 0 : former.refusals();
        Row row = new Row(before + 1, now);
        temporary.put(uid, row);
        if (temporary.size() > MAX_PODS) {
            temporary.remove(temporary.keySet().iterator().next());
        }
        return row.refusals();
    }
}
