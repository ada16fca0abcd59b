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

    private RequestLine() {}

    static String of(Session session, String protocol, RequestRecord request, Instant time) {
        boolean allowed = request.decision().allowed();
        return begun(session, protocol, allowed, time)
                        .field("method", cut(request.method()))
                        .field("path", cut(request.path()))
                        .field("host", cut(request.host()))
                        .field("status", request.status())
                        .field("grpcStatus", grpcStatus(request))
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

    private static JsonWriter begun(Session session, String protocol, boolean allowed, Instant time) {
        return new JsonWriter()
                .object()
                .field("time", time.toString())
                .field("level", allowed ? "info" : "warn")
                .field("logger", "access")
                .field("message", allowed ? "request ended" : "request refused")
                .field("session", session.id())
                .field("source", HostPort.text(session.source()))
                .field("destination", HostPort.text(session.destination()))
                .field("localIdentity", text(session.localIdentity()))
                .field("peerIdentity", text(session.peerIdentity()))
                .field("protocol", protocol);
    }

    private static @Nullable String grpcStatus(RequestRecord request) {
        return request.grpcStatus() == RequestRecord.NO_GRPC_STATUS ? null : Integer.toString(request.grpcStatus());
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
