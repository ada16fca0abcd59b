package dev.weft.proxy.observe;

import dev.weft.api.v1.RequestSums;
import dev.weft.daemon.metrics.LatencyBuckets;
import dev.weft.proxy.http.RequestRecord;
import java.util.concurrent.TimeUnit;

/** Sums over the requests of one edge and one protocol. Not safe for use by several threads. */
final class RequestTally {
    private static final int CLASSES = 6;
    private static final int CLASS_SIZE = 100;
    private static final int SERVER_ERROR = 500;

    private final long[] byClass = new long[CLASSES];
    private final long[] latency = new long[LatencyBuckets.COUNT];
    private long failed;
    private long refused;
    private long nanos;

    /** Adds a request that was judged and has ended. */
    void ended(RequestRecord request) {
        if (!request.decision().allowed()) {
            refused++;
            return;
        }
        ended(request.status(), request.grpcStatus(), request.duration().toNanos());
    }

    /** Adds a request that was allowed and has ended; {@code status} is 0 if it had no response. */
    void ended(int status, int grpcStatus, long took) {
        int statusClass = status / CLASS_SIZE;
        byClass[statusClass < CLASSES ? statusClass : 0]++;
        failed += status == 0 || status >= SERVER_ERROR || grpcStatus > 0 ? 1 : 0;
        latency[LatencyBuckets.of(took)]++;
        nanos += took;
    }

    /** Adds a request that was refused before policy was asked, or that reached no endpoint. */
    void refused() {
        refused++;
    }

    RequestTally copy() {
        RequestTally copy = new RequestTally();
        System.arraycopy(byClass, 0, copy.byClass, 0, CLASSES);
        System.arraycopy(latency, 0, copy.latency, 0, latency.length);
        copy.failed = failed;
        copy.refused = refused;
        copy.nanos = nanos;
        return copy;
    }

    RequestSums proto(String protocol) {
        RequestSums.Builder sums = RequestSums.newBuilder()
                .setProtocol(protocol)
                .setFailed(failed)
                .setRefused(refused)
                .setLatencyMicros(TimeUnit.NANOSECONDS.toMicros(nanos));
        for (long count : byClass) {
            sums.addByClass(count);
        }
        int used = latency.length;
        while (used > 0 && latency[used - 1] == 0) {
            used--;
        }
        for (int i = 0; i < used; i++) {
            sums.addLatency(latency[i]);
        }
        return sums.build();
    }
}
