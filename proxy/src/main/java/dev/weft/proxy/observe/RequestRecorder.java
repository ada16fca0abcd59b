package dev.weft.proxy.observe;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.trace.RequestSpan;
import dev.weft.proxy.trace.Tracer;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Counts the requests that were judged, logs their ends, and shows them to operators who watch. */
public final class RequestRecorder {
    private static final String TRACEPARENT = "traceparent";

    private final SidecarMetrics metrics;
    private final AccessLog accessLog;
    private final Edges edges;
    private final RequestTap tap;
    private final Clock clock;
    private final Tracer tracer;
    private final boolean logsCalls;
    private final PeerNames peers = new PeerNames();

    /** @param logsCalls whether the access log also has the requests of the workload's own application */
    public RequestRecorder(
            SidecarMetrics metrics,
            AccessLog accessLog,
            Edges edges,
            RequestTap tap,
            Clock clock,
            Tracer tracer,
            boolean logsCalls) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.edges = edges;
        this.tap = tap;
        this.clock = clock;
        this.tracer = tracer;
        this.logsCalls = logsCalls;
    }

    /** Called when the workload's own application sends a request. */
    public CallerRequest begun(Session session, String protocol, HttpRequest request) {
        List<String> traceparent = tracer.isOn() ? request.headers().values(TRACEPARENT) : List.of();
        return new CallerRequest(this, session, protocol, request.method(), request.path(), traceparent);
    }

    /** Called when the workload's own application sends a request over HTTP/2; the head is well-formed. */
    public CallerRequest begun(Session session, String protocol, Http2Headers head) {
        List<String> traceparent = tracer.isOn()
                ? head.getAll(TRACEPARENT).stream().map(CharSequence::toString).toList()
                : List.of();
        return new CallerRequest(
                this, session, protocol, String.valueOf(head.method()), String.valueOf(head.path()), traceparent);
    }

    /** Called when a copy of a request of the workload's own application is made. */
    public CopiedRequest copying(Session session, String protocol, String method, String path) {
        return new CopiedRequest(this, session, protocol, method, path);
    }

    CallerMetrics caller() {
        return metrics.caller();
    }

    /**
     * Called when a request that rules for calls out of the mesh allowed has ended. Whether it reached a server is not
     * known: without a response it counts as failed.
     */
    public void outside(Session session, Protocol protocol, RequestRecord request) {
        edges.sent(
                session,
                new CallerRequest.Call(
                        protocol.text(),
                        request.method(),
                        request.path(),
                        null,
                        null,
                        true,
                        1,
                        request.status(),
                        request.grpcStatus(),
                        request.complete(),
                        request.duration().toNanos()),
                clock.instant());
    }

    void called(Session session, CallerRequest.Call call, List<String> traceparent) {
        edges.sent(session, call, clock.instant());
        if (tracer.isOn()) {
            tracer.ended(
                    traceparent,
                    new RequestSpan(
                            session,
                            false,
                            call.protocol(),
                            call.method(),
                            call.path(),
                            call.endpoint(),
                            call.status(),
                            call.grpcStatus(),
                            clock.instant(),
                            Duration.ofNanos(call.nanos()),
                            List.of("weft.attempts", Integer.toString(call.attempts()))));
        }
        if (logsCalls) {
            accessLog.called(session, call, "request sent", clock.instant());
        }
    }

    void copied(Session session, CallerRequest.Call call) {
        if (logsCalls) {
            accessLog.called(session, call, "copy sent", clock.instant());
        }
    }

    /** Called when a request of this session has ended; {@code headers} are the request's headers. */
    public void ended(Session session, Protocol protocol, RequestRecord request, HttpRequest.Headers headers) {
        Instant now = clock.instant();
        String spoken = spoken(protocol, request);
        count(session, spoken, request, now);
        tap.ended(session, spoken, request, now);
        accessLog.ended(session, spoken, request, now);
        if (tracer.isOn()) {
            tracer.ended(headers.values(TRACEPARENT), span(session, spoken, request, now));
        }
    }

    /** Like {@link #ended}, but without a line in the log, because the caller is denied again and again. */
    public void counted(Session session, Protocol protocol, RequestRecord request) {
        count(session, spoken(protocol, request), request, clock.instant());
    }

    /** Returns the protocol of a request as it is named everywhere. */
    private static String spoken(Protocol protocol, RequestRecord request) {
        return request.grpcStatus() == RequestRecord.NO_GRPC_STATUS ? protocol.text() : "grpc";
    }

    private void count(Session session, String spoken, RequestRecord request, Instant now) {
        metrics.requestEnded(peers.label(session.peerIdentity()), spoken, request);
        edges.requestEnded(session, spoken, request, now);
    }

    private static RequestSpan span(Session session, String spoken, RequestRecord request, Instant now) {
        Decision decision = request.decision();
        return new RequestSpan(
                session,
                true,
                spoken,
                request.method(),
                request.path(),
                null,
                request.status(),
                request.grpcStatus(),
                now,
                request.duration(),
                List.of(
                        "weft.decision", decision.allowed() ? "allow" : "deny",
                        "weft.policy", decision.policy(),
                        "weft.code", decision.code().text()));
    }

    /** Called when a request of this session was refused before policy was asked. */
    public void refused(Session session, Protocol protocol, GateRefusal why) {
        metrics.requestRefused(protocol.text(), why.status());
        Instant now = clock.instant();
        edges.requestRefused(session, protocol.text(), why, now);
        tap.refused(session, protocol.text(), why, now);
        accessLog.refused(session, protocol.text(), why, now);
    }
}
