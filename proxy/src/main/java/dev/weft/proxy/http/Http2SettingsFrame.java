package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one SETTINGS frame (RFC 9113 section 6.5), as they pass to the other side. If a setting has several
 * values, the last one counts. For header tables it is the least value, because both sides must have reduced their
 * table to it.
 */
final class Http2SettingsFrame {
    /** SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441). */
    static final int ENABLE_CONNECT_PROTOCOL = 8;
    /** Most octets of a frame: 64 settings; both sides together know a dozen. */
    private static final int MOST_OCTETS = 6 * 64;

    private static final int ENTRY = 6;

    private final Map<Integer, Long> values = new LinkedHashMap<>();

    Http2SettingsFrame(ByteBuf payload) {
        while (payload.isReadable(ENTRY)) {
            int id = payload.readUnsignedShort();
            long value = payload.readUnsignedInt();
            if (id == Frames.SETTINGS_HEADER_TABLE_SIZE) {
                values.merge(id, Math.min(value, Http2Tables.MOST), Math::min);
            } else {
                values.put(id, value);
            }
        }
    }

    /** Checks whether a frame of this length may be read. */
    static void checkLength(int streamId, int flags, int length) throws Http2Violation {
        if (streamId != 0) {
            throw Http2Violation.connection(
                    ErrorCode.PROTOCOL_ERROR, "SETTINGS on stream " + streamId + " (expected: 0, section 6.5)");
        }
        boolean ack = (flags & Frames.ACK) != 0;
        if (ack ? length != 0 : length % ENTRY != 0) {
            throw Http2Violation.connection(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of a wrong length (section 6.5)");
        }
        if (length > MOST_OCTETS) {
            throw Http2Violation.connection(
                    ErrorCode.ENHANCE_YOUR_CALM, "SETTINGS of " + length + " octets (section 10.5)");
        }
    }

    @Nullable
    Long get(int id) {
        return values.get(id);
    }

    long get(int id, long otherwise) {
        return values.getOrDefault(id, otherwise);
    }

    void set(int id, long value) {
        values.put(id, value);
    }

    void lowerTo(int id, long most) {
        values.computeIfPresent(id, (_, value) -> Math.min(value, most));
    }

    /** Checks the bounds of a setting (section 6.5.2). */
    void check(int id, long least, long most, ErrorCode code) throws Http2Violation {
        Long value = values.get(id);
        if (value != null && (value < least || value > most)) {
            throw Http2Violation.connection(
                    code, "setting " + id + " of " + value + " is out of bounds (section 6.5.2)");
        }
    }

    ByteBuf frame() {
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(Frames.HEADER_LENGTH + ENTRY * values.size());
        Frames.header(frame, Frames.SETTINGS, 0, 0, ENTRY * values.size());
        values.forEach((id, value) -> frame.writeShort(id).writeInt(value.intValue()));
        return frame;
    }
}
