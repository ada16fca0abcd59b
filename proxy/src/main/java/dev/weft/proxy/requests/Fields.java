package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.pieces.HeadMemory;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Header fields that sidecars send to each other with a request or its response. Applications never get them, and
 * theirs are not trusted.
 */
final class Fields {
    /** In a request: the endpoint that the caller's sidecar has chosen, in the form of a CONNECT authority. */
    static final AsciiString TARGET = AsciiString.cached("weft-target");
    /**
     * In a response of the called sidecar itself: the application has not seen the request, and another endpoint may do
     * better.
     */
    static final AsciiString UNSEEN = AsciiString.cached("weft-unseen");

    /** In a response of a sidecar itself: the stable code of the reason. */
    static final AsciiString CODE = AsciiString.cached("weft-code");

    static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");

    static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");

    static final AsciiString GRPC_PUSHBACK = AsciiString.cached("grpc-retry-pushback-ms");

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
        Http2Headers headers = new DefaultHttp2Headers(false, said.size() + 1);
        for (Map.Entry<CharSequence, CharSequence> field : said) {
            if (!TARGET.contentEquals(field.getKey())) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        return headers.add(TARGET, HostPort.text(target));
    }

    /** Returns a request's head as the application gets it: only this sidecar sets the caller's identity. */
    static Http2Headers toApplication(Http2Headers said, String clientId) {
        Http2Headers headers = new DefaultHttp2Headers(false, said.size() + 1);
        for (Map.Entry<CharSequence, CharSequence> field : said) {
            if (!Http2Head.namesClientId(field.getKey())) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        return headers.add(Http2Head.CLIENT_ID, clientId);
    }

    /** Returns the size of a head in octets, as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 section 6.5.2). */
    static int size(Http2Headers headers) {
        return HeadMemory.octets(headers) + headers.size() * FIELD_OVERHEAD;
    }

    /** Returns what a head of this {@link #size} counts among the bytes that are held. */
    static int memory(int size, int fields) {
        return HeadMemory.ofFields(size - fields * FIELD_OVERHEAD, fields);
    }

    /** Returns a number of up to three digits; -1 for any other text. */
    static int number(@Nullable CharSequence text) {
        if (text == null || text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
