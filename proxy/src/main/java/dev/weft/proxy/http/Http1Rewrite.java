package dev.weft.proxy.http;

import dev.weft.proxy.route.FieldChanges;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Writes heads again, with changes. Lines that stay pass as they came. */
public final class Http1Rewrite {
    private static final String KEEP_ALIVE = "keep-alive";
    private static final int CRLF = 2;
    private static final int VERSION = 8;
    private static final int SLACK = 64;
    private static final int SLACK_OF_CHANGES = 256;

    private Http1Rewrite() {}

    /** Says of each field whether it is left out; see {@link Http1Fields.Visitor}. */
    @FunctionalInterface
    private interface Without {
        boolean test(Http1Fields.Name known, byte[] in, int name, int nameEnd, int value, int valueEnd);
    }

    /** Whether a request's head must be written again for the application; otherwise it passes as it came. */
    static boolean isNeeded(Http1RequestHead head, String clientId) {
        return head.isChanged() || !clientId.isEmpty();
    }

    /**
     * Returns a request's head for the application: without fields that would allow unjudged requests, and with
     * {@code weft-client-id} as its last field, if there is an ID.
     */
    static ByteBuf forApplication(Http1RequestHead head, String clientId, ByteBufAllocator alloc) {
        byte[] bytes = head.bytes;
        ByteBuf out = alloc.ioBuffer(bytes.length + clientId.length() + SLACK);
        if (head.isChanged()) {
            out.writeBytes(bytes, 0, head.fields());
            copy(out, bytes, head.fields(), bytes.length, (known, _, _, _, _, _) -> head.isTakenOut(known));
            field(out, "Connection", head.connectionLeft());
        } else {
            out.writeBytes(bytes, 0, bytes.length - CRLF);
        }
        field(out, Http1Fields.CLIENT_ID, clientId);
        ascii(out, "\r\n");
        return out;
    }

    /**
     * Returns a request's head with the changes of a route, in origin-form if its target or its host changes. An offer
     * to switch to another version of HTTP is removed: the bytes after such a switch would not be requests that the
     * sidecar can read.
     *
     * @param target replaces the target; empty if path and query stay
     * @param host replaces the host; empty if it stays
     */
    public static ByteBuf request(
            Http1Request request, String target, String host, FieldChanges changes, ByteBufAllocator alloc) {
        Http1RequestHead read = request.head;
        byte[] bytes = read.bytes;
        int fields = read.fields();
        ByteBuf out = alloc.ioBuffer(bytes.length + target.length() + host.length() + SLACK_OF_CHANGES);
        boolean moves = !host.isEmpty();
        if (target.isEmpty() && !moves) {
            out.writeBytes(bytes, 0, fields);
        } else {
            ascii(out, request.asRead().method(), " ", target.isEmpty() ? request.originTarget() : target, " ");
            out.writeBytes(bytes, fields - CRLF - VERSION, VERSION + CRLF);
        }
        field(out, "Host", host);
        copy(
                out,
                bytes,
                fields,
                bytes.length,
                (known, in, name, nameEnd, _, _) -> (moves && known == Http1Fields.Name.HOST)
                        || read.isOfHttpAgain(known)
                        || isDropped(changes, in, name, nameEnd));
        field(out, "Connection", read.connectionLeft());
        return end(out, changes);
    }

    /** Returns a response's head with the changes of a route. */
    public static ByteBuf response(ByteBuf head, FieldChanges changes, ByteBufAllocator alloc) {
        byte[] bytes = ByteBufUtil.getBytes(head);
        ByteBuf out = alloc.ioBuffer(bytes.length + SLACK_OF_CHANGES);
        int line = head.bytesBefore((byte) '\n') + 1;
        out.writeBytes(bytes, 0, line);
        copy(out, bytes, line, bytes.length, (_, in, name, nameEnd, _, _) -> isDropped(changes, in, name, nameEnd));
        return end(out, changes);
    }

    /** Does the same as {@link #closing(byte[], int, ByteBufAllocator)} for a head in a buffer; takes ownership. */
    public static ByteBuf closing(ByteBuf head, ByteBufAllocator alloc) {
        byte[] bytes = ByteBufUtil.getBytes(head);
        head.release();
        return closing(bytes, bytes.length, alloc);
    }

    /**
     * Returns a response's head that announces the connection's end (RFC 9112 section 9.6): with
     * {@code Connection: close} as its last field, and without fields that say the opposite.
     */
    static ByteBuf closing(byte[] bytes, int count, ByteBufAllocator alloc) {
        ByteBuf out = alloc.ioBuffer(count + SLACK);
        int fields = 0;
        while (bytes[fields] != '\n') {
            fields++;
        }
        fields++;
        out.writeBytes(bytes, 0, fields);
        copy(
                out,
                bytes,
                fields,
                count,
                (known, in, name, nameEnd, value, valueEnd) -> known == Http1Fields.Name.CONNECTION
                        ? Http1Octets.is(in, value, valueEnd, KEEP_ALIVE)
                        : Http1Octets.is(in, name, nameEnd, KEEP_ALIVE));
        ascii(out, "Connection: close\r\n\r\n");
        return out;
    }

    private static void copy(ByteBuf out, byte[] bytes, int from, int count, Without without) {
        try {
            Http1Fields.read(bytes, from, count, (known, in, name, nameEnd, value, valueEnd) -> {
                if (!without.test(known, in, name, nameEnd, value, valueEnd)) {
                    out.writeBytes(in, name, Http1Fields.lineEnd(in, name, count) + CRLF - name);
                }
            });
        } catch (UnacceptableException e) {
            out.release();
            throw new IllegalStateException("a head that was read before", e);
        }
    }

    private static boolean isDropped(FieldChanges changes, byte[] in, int name, int nameEnd) {
        for (String dropped : changes.dropped()) {
            if (Http1Octets.is(in, name, nameEnd, dropped)) {
                return true;
            }
        }
        return false;
    }

    private static ByteBuf end(ByteBuf out, FieldChanges changes) {
        changes.added().forEach(field -> ascii(out, field.name(), ": ", field.value(), "\r\n"));
        ascii(out, "\r\n");
        return out;
    }

    /** Writes a field, unless its value is empty. */
    private static void field(ByteBuf out, String name, String value) {
        if (!value.isEmpty()) {
            ascii(out, name, ": ", value, "\r\n");
        }
    }

    private static void ascii(ByteBuf out, String... texts) {
        for (String text : texts) {
            out.writeCharSequence(text, StandardCharsets.US_ASCII);
        }
    }
}
