package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes the head of a request for the application: as it came, except for the proven identity and for fields that
 * would allow unjudged requests.
 */
final class Http1Rewrite {
    private static final String CONNECTION = "Connection";
    private static final int CRLF = 2;
    private static final int SLACK = 64;

    private Http1Rewrite() {}

    /** Whether the head must be written again; otherwise it passes as it came. */
    static boolean isNeeded(Http1RequestHead head, String clientId) {
        return head.isChanged() || !clientId.isEmpty();
    }

    /** Returns the head with {@code weft-client-id} as its last field, if there is an ID. */
    static ByteBuf of(Http1RequestHead head, String clientId, ByteBufAllocator alloc) {
        byte[] bytes = head.bytes();
        ByteBuf out = alloc.ioBuffer(bytes.length + clientId.length() + SLACK);
        if (head.isChanged()) {
            out.writeBytes(bytes, 0, head.fields());
            left(head, bytes, out);
            field(out, CONNECTION, head.connectionLeft());
        } else {
            out.writeBytes(bytes, 0, bytes.length - CRLF);
        }
        field(out, Http1Fields.CLIENT_ID, clientId);
        ByteBufUtil.writeAscii(out, "\r\n");
        return out;
    }

    private static void left(Http1RequestHead head, byte[] bytes, ByteBuf out) {
        try {
            Http1Fields.read(bytes, head.fields(), bytes.length, (known, in, name, _, _, _) -> {
                if (!head.isTakenOut(known)) {
                    out.writeBytes(in, name, Http1Fields.lineEnd(in, name, in.length) + CRLF - name);
                }
            });
        } catch (Http1Violation e) {
            out.release();
            throw new IllegalStateException("a head that was read before", e);
        }
    }

    private static void field(ByteBuf out, String name, String value) {
        if (!value.isEmpty()) {
            ByteBufUtil.writeAscii(out, name);
            ByteBufUtil.writeAscii(out, ": ");
            ByteBufUtil.writeAscii(out, value);
            ByteBufUtil.writeAscii(out, "\r\n");
        }
    }
}
