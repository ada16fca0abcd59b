package dev.weft.proxy.trace;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that has ended, as one side saw it.
 *
 * @param session the request's session; its destination is what the application connected to, or the workload's own
 *     address
 * @param served whether the workload was called; otherwise it is the caller
 * @param protocol {@code http/1.1}, {@code http/2} or {@code grpc}
 * @param path with or without its query, which no span has
 * @param endpoint the endpoint that a request of the workload last went to; null for none
 * @param status status of the response; 0 for none
 * @param grpcStatus -1 for none
 * @param end when the request ended
 * @param notes further attributes, by name and value in turn
 */
public record RequestSpan(
        Session session,
        boolean served,
        String protocol,
        String method,
        String path,
        @Nullable InetSocketAddress endpoint,
        int status,
        int grpcStatus,
        Instant end,
        Duration duration,
        List<String> notes) {
    /** Most characters of a path. */
    private static final int MAX_PATH = 1024;

    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    /** UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS: errors of a server. */
    private static final Set<Integer> SERVER_STATUSES = Set.of(2, 4, 12, 13, 14, 15);

    private static final String OTHER = "_OTHER";

    /** Returns the request as a span of this trace. */
    Span in(String traceId, String spanId, String parentId) {
        boolean known = METHODS.contains(method);
        return new Span(
                traceId,
                spanId,
                parentId,
                served,
                known ? method : "HTTP",
                end.minus(duration),
                duration,
                attributes(known),
                failed());
    }

    private boolean failed() {
        return status == 0
                || status >= (served ? SERVER_ERROR : CLIENT_ERROR)
                || (served ? SERVER_STATUSES.contains(grpcStatus) : grpcStatus > 0);
    }

    /** Attributes by OpenTelemetry's conventions for HTTP and RPC; Weft's own begin with weft. */
    private List<Span.Attribute> attributes(boolean known) {
        List<Span.Attribute> all = new ArrayList<>();
        text(all, "http.request.method", known ? method : OTHER);
        text(all, "url.scheme", "http");
        text(all, "url.path", withoutQuery());
        text(all, "network.protocol.name", "http");
        text(all, "network.protocol.version", protocol.equals("http/1.1") ? "1.1" : "2");
        address(all, "server", session.destination());
        if (status > 0) {
            number(all, "http.response.status_code", status);
        }
        if (grpcStatus >= 0) {
            text(all, "rpc.system", "grpc");
            number(all, "rpc.grpc.status_code", grpcStatus);
        }
        if (failed()) {
            text(all, "error.type", status >= CLIENT_ERROR ? Integer.toString(status) : OTHER);
        }
        if (served) {
            text(all, "client.address", session.source().getAddress().getHostAddress());
        } else if (endpoint != null) {
            address(all, "network.peer", endpoint);
        }
        SpiffeId peer = session.peerIdentity();
        if (peer != null) {
            text(all, "weft.peer.id", peer.toString());
        }
        for (int i = 0; i < notes.size(); i += 2) {
            text(all, notes.get(i), notes.get(i + 1));
        }
        return all;
    }

    private String withoutQuery() {
        int query = path.indexOf('?');
        String only = query < 0 ? path : path.substring(0, query);
        return only.length() <= MAX_PATH ? only : only.substring(0, MAX_PATH);
    }

    private static void address(List<Span.Attribute> all, String of, InetSocketAddress address) {
        text(all, of + ".address", address.getAddress().getHostAddress());
        number(all, of + ".port", address.getPort());
    }

    private static void text(List<Span.Attribute> all, String key, String value) {
        all.add(new Span.Attribute(key, value, 0));
    }

    private static void number(List<Span.Attribute> all, String key, int value) {
        all.add(new Span.Attribute(key, null, value));
    }
}
