package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.Map;

/** Writes the responses that the gate itself gives. */
final class Http1Answers {
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

    private Http1Answers() {}

    /**
     * Returns the response to a refused request.
     *
     * @param last whether the connection ends after it
     * @param toHead whether it answers a HEAD request, and so has no body
     */
    static ByteBuf of(GateRefusal refusal, boolean last, boolean toHead, ByteBufAllocator alloc) {
        String reason = line(refusal.reason());
        String code = line(refusal.code());
        String body = code + ": " + reason + "\n";
        ByteBuf out = alloc.ioBuffer(SLACK + 2 * body.length());
        ByteBufUtil.writeAscii(
                out, "HTTP/1.1 " + refusal.status() + " " + PHRASES.getOrDefault(refusal.status(), "Refused"));
        if (refusal.status() == Denial.TOO_MANY_REQUESTS) {
            field(out, "retry-after", Denial.RETRY_AFTER);
        }
        field(out, "weft-code", code);
        field(out, "weft-reason", reason);
        field(out, "content-type", "text/plain; charset=us-ascii");
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

    static ByteBuf redirect(int status, String location, boolean last, ByteBufAllocator alloc) {
        ByteBuf out = alloc.ioBuffer(SLACK + location.length());
        ByteBufUtil.writeAscii(out, "HTTP/1.1 " + status + " " + PHRASES.getOrDefault(status, "Redirect"));
        field(out, "location", location);
        field(out, "content-length", "0");
        if (last) {
            field(out, "connection", "close");
        }
        ByteBufUtil.writeAscii(out, "\r\n\r\n");
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
