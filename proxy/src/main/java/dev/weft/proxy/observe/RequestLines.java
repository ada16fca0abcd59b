package dev.weft.proxy.observe;

import dev.weft.daemon.json.JsonWriter;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Formats the access log's lines of requests. Their texts are {@linkplain RequestRecord#shortened short}, and a path has
 * no query, because queries may carry secrets. Belongs to the thread that writes the log.
 */
final class RequestLines {
    /** Most sessions whose part of a line is cached. */
    static final int MAX_SESSIONS = 1024;

    private static final String REFUSED = "request refused";
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final JsonWriter json = new JsonWriter();
    private final LogTime times = new LogTime();
    /** The part of the line that all lines of a session share. */
    private final Map<Session, Members> sessions = new HashMap<>();

    /**
     * The cached part; not valid any more when the session's identities change, as in a session that uses several
     * tunnels in turn.
     */
    private record Members(
            @Nullable SpiffeId local, @Nullable SpiffeId peer, String text) {
        boolean areOf(Session session) {
            return Objects.equals(local, session.localIdentity()) && Objects.equals(peer, session.peerIdentity());
        }
    }

    String of(Session session, String protocol, RequestRecord request, Instant time) {
        boolean allowed = request.decision().allowed();
        return begun(session, protocol, allowed ? "info" : "warn", allowed ? "request ended" : REFUSED, time)
                .field("method", request.method())
                .field("path", request.path())
                .field("host", request.host())
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
                .toString();
    }

    String refused(Session session, String protocol, GateRefusal why, Instant time) {
        return begun(session, protocol, "warn", REFUSED, time)
                .field("status", why.status())
                .field("code", why.code())
                .field("reason", why.reason())
                .endObject()
                .toString();
    }

    /**
     * Formats a request of the workload's own application. The session's destination and the chosen endpoint show what
     * it called.
     */
    String called(Session session, CallerRequest.Call call, String message, Instant time) {
        boolean answered = call.status() > 0 && call.complete();
        return begun(session, call.protocol(), answered ? "info" : "warn", message, time)
                .field("endpoint", call.endpoint() == null ? null : HostPort.text(call.endpoint()))
                .field("attempts", call.attempts())
                .field("method", call.method())
                .field("path", call.path())
                .field("status", call.status())
                .field("grpcStatus", grpcStatus(call.grpcStatus()))
                .field("complete", call.complete())
                .field("durationMs", call.nanos() / NANOS_PER_MILLI)
                .endObject()
                .toString();
    }

    private JsonWriter begun(Session session, String protocol, String level, String message, Instant time) {
        return json.clear()
                .object()
                .field("time", times.text(time))
                .field("level", level)
                .field("logger", "access")
                .field("message", message)
                .members(members(session))
                .field("protocol", protocol);
    }

    /** Drops the cached part of a session that has ended. */
    void forget(Session session) {
        sessions.remove(session);
    }

    private String members(Session session) {
        Members known = sessions.get(session);
        if (known == null || !known.areOf(session)) {
            if (sessions.size() >= MAX_SESSIONS) {
                sessions.clear();
            }
            known = new Members(session.localIdentity(), session.peerIdentity(), written(session));
            sessions.put(session, known);
        }
        return known.text();
    }

    private static String written(Session session) {
        return new JsonWriter()
                .field("session", session.id())
                .field("source", HostPort.text(session.source()))
                .field("destination", HostPort.text(session.destination()))
                .field("localIdentity", text(session.localIdentity()))
                .field("peerIdentity", text(session.peerIdentity()))
                .toString();
    }

    private static @Nullable String grpcStatus(int status) {
        return status == RequestRecord.NO_GRPC_STATUS ? null : Integer.toString(status);
    }

    static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
