package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.Http2Head;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields that sidecars tell each other beside a request and its response; no application gets them, or is believed them. */
final class Fields {
    /** Of a request: the endpoint that the caller's sidecar has chosen, as a CONNECT would have it in its authority. */
    static final AsciiString TARGET = AsciiString.cached("weft-target");
    /** Of a response of the called sidecar's own: the application has not seen the request, and another endpoint may do better. */
    static final AsciiString UNSEEN = AsciiString.cached("weft-unseen");

    /** Of a response of a sidecar's own: why it is no other. */
    static final AsciiString CODE = AsciiString.cached("weft-code");

    static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");

    private static final int FIELD_OVERHEAD = 32;

    private Fields() {}

    /** Takes the target out of a request's head; null where it has not exactly one that is a numeric ip:port. */
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

    /** A request's head as the called sidecar gets it. */
    static Http2Headers toSidecar(Http2Headers said, InetSocketAddress target) {
        Http2Headers headers = new DefaultHttp2Headers(false, said.size() + 1);
        for (Map.Entry<CharSequence, CharSequence> field : said) {
            if (!TARGET.contentEquals(field.getKey())) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        return headers.add(TARGET, HostPort.text(target));
    }

    /** A request's head as the application gets it: who calls is ours to tell. */
    static Http2Headers toApplication(Http2Headers said, String clientId) {
        Http2Headers headers = new DefaultHttp2Headers(false, said.size() + 1);
        for (Map.Entry<CharSequence, CharSequence> field : said) {
            if (!Http2Head.namesClientId(field.getKey())) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        return headers.add(Http2Head.CLIENT_ID, clientId);
    }

    /** Octets of a head as SETTINGS_MAX_HEADER_LIST_SIZE counts them (RFC 9113 section 6.5.2). */
    static int size(Http2Headers headers) {
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD;
        }
        return size;
    }

    /** Up to three digits, or -1. */
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
