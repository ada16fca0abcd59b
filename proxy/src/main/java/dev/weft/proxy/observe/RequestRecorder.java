package dev.weft.proxy.observe;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Clock;
import java.time.Instant;

/** Counts the requests that were judged, logs their ends, and shows them to whoever looks on. */
public final class RequestRecorder {
    private final SidecarMetrics metrics;
    private final AccessLog accessLog;
    private final Edges edges;
    private final RequestTap tap;
    private final Clock clock;
    private final boolean logsCalls;
    private final PeerNames peers = new PeerNames();

    /** @param logsCalls whether the access log has the requests of the own application, too */
    public RequestRecorder(
            SidecarMetrics metrics, AccessLog accessLog, Edges edges, RequestTap tap, Clock clock, boolean logsCalls) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.edges = edges;
        this.tap = tap;
        this.clock = clock;
        this.logsCalls = logsCalls;
    }

    /** The own application asks. */
    public CallerRequest begun(Session session, String protocol, HttpRequest request) {
        return new CallerRequest(this, session, protocol, request.method(), request.path());
    }

    /** The own application asks; the head is well-formed. */
    public CallerRequest begun(Session session, String protocol, Http2Headers head) {
        return new CallerRequest(this, session, protocol, String.valueOf(head.method()), String.valueOf(head.path()));
    }

    CallerMetrics caller() {
        return metrics.caller();
    }

    void called(Session session, CallerRequest.Call call) {
        if (logsCalls) {
            accessLog.called(session, call, clock.instant());
        }
    }

    /** A request of this session has ended. */
    public void ended(Session session, Protocol protocol, RequestRecord request) {
        String spoken = request.grpcStatus() == RequestRecord.NO_GRPC_STATUS ? protocol.text() : "grpc";
        metrics.requestEnded(
                spoken,
                request.status(),
                request.decision().allowed(),
                request.duration().toNanos());
        metrics.requestOf(peers.label(session.peerIdentity()), spoken, request);
        Instant now = clock.instant();
        edges.requestEnded(session, spoken, request, now);
        tap.ended(session, spoken, request, now);
        accessLog.ended(session, spoken, request, now);
    }

    /** A request of this session was refused before policy was asked. */
    public void refused(Session session, Protocol protocol, GateRefusal why) {
        metrics.requestRefused(protocol.text(), why.status());
        Instant now = clock.instant();
        edges.requestRefused(session, protocol.text(), why, now);
        tap.refused(session, protocol.text(), why, now);
        accessLog.refused(session, protocol.text(), why, now);
    }
}
