package dev.weft.proxy.http;

import dev.weft.proxy.route.FieldChanges;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Writes heads with the changes that a route makes. Unchanged lines pass as they came. An offer to switch to another
 * version of HTTP is removed from a request: the bytes after such a switch would not be requests that the sidecar can
 * read.
 */
public final class Http1Changes {
    private static final int CRLF = 2;
    private static final int VERSION = 8;
    private static final int SLACK = 256;

    private Http1Changes() {}

    /**
     * Returns a request's head, in origin-form if its target or its host changes.
     *
     * @param target replaces the target; empty if path and query stay
     * @param host replaces the host; empty if it stays
     */
    public static ByteBuf request(
            Http1Request request, String target, String host, FieldChanges changes, ByteBufAllocator alloc) {
        Http1RequestHead read = request.read();
        byte[] bytes = read.bytes();
        int fields = read.fields();
        ByteBuf out = alloc.ioBuffer(bytes.length + target.length() + host.length() + SLACK);
        if (target.isEmpty() && host.isEmpty()) {
            out.writeBytes(bytes, 0, fields);
        } else {
            ascii(out, request.asRead().method(), " ", target.isEmpty() ? request.originTarget() : target, " ");
            out.writeBytes(bytes, fields - CRLF - VERSION, VERSION + CRLF);
        }
        if (!host.isEmpty()) {
            ascii(out, "Host: ", host, "\r\n");
        }
        boolean moves = !host.isEmpty();
        copy(out, bytes, fields, changes, name -> (moves && name == Http1Fields.Name.HOST) || read.isOfHttpAgain(name));
        if (!read.connectionLeft().isEmpty()) {
            ascii(out, "Connection: ", read.connectionLeft(), "\r\n");
        }
        end(out, changes);
        return out;
    }

    /** Returns a response's head with the changes. */
    public static ByteBuf response(ByteBuf head, FieldChanges changes, ByteBufAllocator alloc) {
        byte[] bytes = ByteBufUtil.getBytes(head);
        ByteBuf out = alloc.ioBuffer(bytes.length + SLACK);
        int line = head.bytesBefore((byte) '\n') + 1;
        out.writeBytes(bytes, 0, line);
        copy(out, bytes, line, changes, _ -> false);
        end(out, changes);
        return out;
    }

    private static void copy(
            ByteBuf out, byte[] bytes, int from, FieldChanges changes, Predicate<Http1Fields.Name> without) {
        try {
            Http1Fields.read(bytes, from, bytes.length, (known, in, name, nameEnd, _, _) -> {
                boolean goes = without.test(known);
                for (String dropped : changes.dropped()) {
                    goes |= Http1Octets.is(in, name, nameEnd, dropped);
                }
                if (!goes) {
                    out.writeBytes(in, name, Http1Fields.lineEnd(in, name, in.length) + CRLF - name);
                }
            });
        } catch (Http1Violation e) {
            out.release();
            throw new IllegalStateException("a head that was read before", e);
        }
    }

    private static void end(ByteBuf out, FieldChanges changes) {
        for (FieldChanges.Field field : changes.added()) {
            ascii(out, field.name(), ": ", field.value(), "\r\n");
        }
        ascii(out, "\r\n");
    }

    private static void ascii(ByteBuf out, String... texts) {
        for (String text : texts) {
            out.writeCharSequence(text, StandardCharsets.US_ASCII);
        }
    }
}
