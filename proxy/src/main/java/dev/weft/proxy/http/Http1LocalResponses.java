package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.Map;

/** Writes the responses of HTTP/1.1 that a sidecar itself gives. */
public final class Http1LocalResponses {
    private static final int MAX_REASON = 512;
    private static final int DELETE = 0x7f;
    private static final int SLACK = 192;
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(303, "See Other"),
            Map.entry(307, "Temporary Redirect"),
            Map.entry(308, "Permanent Redirect"),
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(414, "URI Too Long"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"));

    private Http1LocalResponses() {}

    /** Returns the response to a refused request; see {@link #of(LocalResponse, boolean, boolean, ByteBufAllocator)}. */
    public static ByteBuf of(GateRefusal refusal, boolean last, boolean toHead, ByteBufAllocator alloc) {
        return of(LocalResponse.refused(refusal), last, toHead, alloc);
    }

    /**
     * Returns the response, with its code and reason in {@code weft-code} and {@code weft-reason}, or as a redirect.
     *
     * @param last whether the connection ends after it
     * @param toHead whether it answers a HEAD request, and so has no body
     */
    public static ByteBuf of(LocalResponse response, boolean last, boolean toHead, ByteBufAllocator alloc) {
        String reason = line(response.reason());
        String code = line(response.code());
        String location = response.location();
        String body = location.isEmpty() ? code + ": " + reason + "\n" : "";
        int status = response.status();
        ByteBuf out = alloc.ioBuffer(SLACK + location.length() + 2 * body.length());
        ByteBufUtil.writeAscii(out, "HTTP/1.1 " + status + " " + PHRASES.getOrDefault(status, "Refused"));
        if (status == Denial.TOO_MANY_REQUESTS) {
            field(out, "retry-after", Denial.RETRY_AFTER);
        }
        if (location.isEmpty()) {
            field(out, "weft-code", code);
            field(out, "weft-reason", reason);
            field(out, "content-type", "text/plain; charset=us-ascii");
        } else {
            field(out, "location", location);
        }
        field(out, "content-length", Integer.toString(body.length()));
        if (last) {
            field(out, "connection", "close");
        }
        ByteBufUtil.writeAscii(out, "\r\n\r\n");
        if (!toHead) {
            ByteBufUtil.writeAscii(out, body);
        }
        return out;
    }

    private static void field(ByteBuf out, String name, String value) {
        ByteBufUtil.writeAscii(out, "\r\n");
        ByteBufUtil.writeAscii(out, name);
        ByteBufUtil.writeAscii(out, ": ");
        ByteBufUtil.writeAscii(out, value);
    }

    /** Returns one line of visible ASCII and spaces, whatever the text of a policy or path contains. */
    private static String line(String text) {
        int length = Math.min(text.length(), MAX_REASON);
        StringBuilder line = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            line.append(c >= ' ' && c < DELETE ? c : '?');
        }
        return line.toString().strip();
    }
}
