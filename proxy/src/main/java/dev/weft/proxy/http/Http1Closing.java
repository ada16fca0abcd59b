package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/** Writes the head of a response again, so that it announces the connection's end (RFC 9112 section 9.6). */
public final class Http1Closing {
    private static final String KEEP_ALIVE = "keep-alive";
    private static final String END = "Connection: close\r\n\r\n";
    private static final int CRLF = 2;

    private Http1Closing() {}

    /** Does the same for the head in a buffer; takes ownership. */
    public static ByteBuf of(ByteBuf head, ByteBufAllocator alloc) {
        byte[] bytes = ByteBufUtil.getBytes(head);
        head.release();
        return of(bytes, bytes.length, alloc);
    }

    /** Returns the head with {@code Connection: close} as its last field, and without fields that say the opposite. */
    static ByteBuf of(byte[] bytes, int count, ByteBufAllocator alloc) {
        ByteBuf out = alloc.ioBuffer(count + END.length());
        try {
            int fields = Http1Fields.lineEnd(bytes, 0, count) + CRLF;
            out.writeBytes(bytes, 0, fields);
            Http1Fields.read(bytes, fields, count, (known, in, name, nameEnd, value, valueEnd) -> {
                boolean opposite = known == Http1Fields.Name.CONNECTION
                        ? Http1Octets.is(in, value, valueEnd, KEEP_ALIVE)
                        : Http1Octets.is(in, name, nameEnd, KEEP_ALIVE);
                if (!opposite) {
                    out.writeBytes(in, name, Http1Fields.lineEnd(in, name, count) + CRLF - name);
                }
            });
        } catch (Http1Violation e) {
            out.release();
            throw new IllegalStateException("a head that was read before", e);
        }
        ByteBufUtil.writeAscii(out, END);
        return out;
    }
}
