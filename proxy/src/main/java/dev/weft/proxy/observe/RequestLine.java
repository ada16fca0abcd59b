package dev.weft.proxy.observe;

import dev.weft.daemon.json.JsonWriter;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The access log's line of a request. Its path is without query, since queries carry secrets. */
final class RequestLine {
    /** Characters of a path or a host that are kept. */
    static final int MAX_TEXT = 1024;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private RequestLine() {}

    static String of(Session session, String protocol, RequestRecord request, Instant time) {
        boolean allowed = request.decision().allowed();
        return begun(session, protocol, allowed, time)
                        .field("method", cut(request.method()))
                        .field("path", cut(request.path()))
                        .field("host", cut(request.host()))
                        .field("status", request.status())
                        .field("grpcStatus", grpcStatus(request.grpcStatus()))
                        .field("policy", request.decision().policy())
                        .field("decision", allowed ? "allow" : "deny")
                        .field("code", request.decision().code().text())
                        .field("reason", allowed ? null : request.decision().reason())
                        .field("complete", request.complete())
                        .field("bytesIn", request.requestBytes())
                        .field("bytesOut", request.responseBytes())
                        .field("durationMs", request.duration().toMillis())
                        .endObject()
                + "\n";
    }

    static String refused(Session session, String protocol, GateRefusal why, Instant time) {
        return begun(session, protocol, false, time)
                        .field("status", why.status())
                        .field("code", why.code())
                        .field("reason", why.reason())
                        .endObject()
                + "\n";
    }

    /** A request of the own application. What it called is told by the session's destination and the endpoint that was chosen. */
    static String called(Session session, CallerRequest.Call call, String message, Instant time) {
        int query = call.path().indexOf('?');
        boolean answered = call.status() > 0 && call.complete();
        return begun(session, call.protocol(), answered ? "info" : "warn", message, time)
                        .field("endpoint", call.endpoint() == null ? null : HostPort.text(call.endpoint()))
                        .field("attempts", call.attempts())
                        .field("method", cut(call.method()))
                        .field("path", cut(query < 0 ? call.path() : call.path().substring(0, query)))
                        .field("status", call.status())
                        .field("grpcStatus", grpcStatus(call.grpcStatus()))
                        .field("complete", call.complete())
                        .field("durationMs", call.nanos() / NANOS_PER_MILLI)
                        .endObject()
                + "\n";
    }

    private static JsonWriter begun(Session session, String protocol, boolean allowed, Instant time) {
        return begun(session, protocol, allowed ? "info" : "warn", allowed ? "request ended" : "request refused", time);
    }

    private static JsonWriter begun(Session session, String protocol, String level, String message, Instant time) {
        return new JsonWriter()
                .object()
                .field("time", time.toString())
                .field("level", level)
                .field("logger", "access")
                .field("message", message)
                .field("session", session.id())
                .field("source", HostPort.text(session.source()))
                .field("destination", HostPort.text(session.destination()))
                .field("localIdentity", text(session.localIdentity()))
                .field("peerIdentity", text(session.peerIdentity()))
                .field("protocol", protocol);
    }

    private static @Nullable String grpcStatus(int status) {
        return status == RequestRecord.NO_GRPC_STATUS ? null : Integer.toString(status);
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
