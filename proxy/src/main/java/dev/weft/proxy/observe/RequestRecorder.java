package dev.weft.proxy.observe;

import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.time.Clock;

/** Counts the requests that were judged, and logs their ends. */
public final class RequestRecorder {
    private final SidecarMetrics metrics;
    private final AccessLog accessLog;
    private final Clock clock;

    public RequestRecorder(SidecarMetrics metrics, AccessLog accessLog, Clock clock) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.clock = clock;
    }

    /** A request of this session has ended. */
    public void ended(Session session, Protocol protocol, RequestRecord request) {
        String spoken = request.grpcStatus() == RequestRecord.NO_GRPC_STATUS ? protocol.text() : "grpc";
        metrics.requestEnded(
                spoken,
                request.status(),
                request.decision().allowed(),
                request.duration().toNanos());
        accessLog.ended(session, spoken, request, clock.instant());
    }

    /** A request of this session was refused before policy was asked. */
    public void refused(Session session, Protocol protocol, GateRefusal why) {
        metrics.requestRefused(protocol.text(), why.status());
        accessLog.refused(session, protocol.text(), why, clock.instant());
    }
}
