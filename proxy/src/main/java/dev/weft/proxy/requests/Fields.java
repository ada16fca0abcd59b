package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.session.Refusal;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header fields that sidecars send to each other with a request or its response. Applications never get them, and
 * theirs are not trusted.
 */
final class Fields {
    /** In a request: the endpoint that the caller's sidecar has chosen, in the form of a CONNECT authority. */
    static final AsciiString TARGET = AsciiString.cached("weft-target");
    /** In a response of a sidecar itself: the stable code of the reason. */
    static final AsciiString CODE = AsciiString.cached("weft-code");

    static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");

    static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");

    static final AsciiString GRPC_PUSHBACK = AsciiString.cached("grpc-retry-pushback-ms");

    private static final int SERVER_ERRORS = 500;
    private static final int FIELD_OVERHEAD = 32;

    private Fields() {}

    /**
     * Removes the target from a request's head and returns it; null if there is not exactly one, with a numeric
     * ip:port.
     */
    static @Nullable InetSocketAddress takeTarget(Http2Headers headers) {
        List<CharSequence> targets = headers.getAllAndRemove(TARGET);
        if (targets.size() != 1) {
            return null;
        }
        try {
            InetSocketAddress address = HostPort.literal(targets.getFirst().toString());
            return address.getPort() == 0 ? null : address;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Returns a request's head as the called sidecar gets it. */
    static Http2Headers toSidecar(Http2Headers said, InetSocketAddress target) {
        Http2Headers headers = Http2Head.only(name -> !TARGET.contentEquals(name), said);
        return headers.add(TARGET, HostPort.text(target));
    }

    /** Returns a request's head as the application gets it: only this sidecar sets the caller's identity. */
    static Http2Headers toApplication(Http2Headers said, String clientId) {
        Http2Headers headers = Http2Head.only(name -> !Http2Head.namesClientId(name), said);
        return headers.add(Http2Head.CLIENT_ID, clientId);
    }

    /** Returns the reason that the called sidecar gives for a request that its application has not seen. */
    static Refusal unseen(Http2Headers headers, int status, boolean grpc) {
        CharSequence code = headers.get(CODE);
        CharSequence reason = headers.get(grpc ? "grpc-message" : "weft-reason");
        GateRefusal.Code lost = GateRefusal.Code.LOST;
        return new Refusal(
                code == null ? lost.text() : code.toString(),
                status >= SERVER_ERRORS ? status : lost.status(),
                reason == null ? "the peer's sidecar could not pass the request on" : reason.toString());
    }

    /** Returns the size of a head in octets, as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 section 6.5.2). */
    static int size(Http2Headers headers) {
        return HeadMemory.octets(headers) + headers.size() * FIELD_OVERHEAD;
    }

    /** Returns what a head of this {@link #size} counts among the bytes that are held. */
    static int memory(int size, int fields) {
        return HeadMemory.ofFields(size - fields * FIELD_OVERHEAD, fields);
    }
}
