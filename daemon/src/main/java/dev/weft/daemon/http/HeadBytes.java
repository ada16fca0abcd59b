package dev.weft.daemon.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * Collects the head of a request while it arrives, at most {@link RequestHead#MAX_BYTES}. It uses no more memory than
 * needed for the received bytes: most idle connections never send any.
 */
public final class HeadBytes {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int count;

    /** Creates an empty head. */
    public HeadBytes() {}

    /**
     * Adds received data, as much as fits, without taking ownership of the buffer. Returns whether all of it was added.
     */
    public boolean add(ByteBuf data) {
        int added = Math.min(data.readableBytes(), RequestHead.MAX_BYTES - count);
        if (added > bytes.length - count) {
            bytes = Arrays.copyOf(bytes, Math.min(RequestHead.MAX_BYTES, 2 * (count + added)));
        }
        data.readBytes(bytes, count, added);
        count += added;
        return !data.isReadable();
    }

    /** Whether the head has ended, or is too long to end. */
    public boolean isOver() {
        return length() >= 0 || count == RequestHead.MAX_BYTES;
    }

    /** Returns the request; empty if the head has not ended or is malformed. */
    public Optional<RequestHead> parse() {
        int length = length();
        return length < 0 ? Optional.empty() : RequestHead.parse(bytes, length);
    }

    /** Whether the head has ended. */
    public boolean isWhole() {
        return length() >= 0;
    }

    /** Whether more bytes were received than the head. */
    public boolean continues() {
        return isWhole() && length() < count;
    }

    /** Whether nothing was received. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Releases the bytes. */
    public void forget() {
        bytes = NOTHING;
        count = 0;
    }

    private int length() {
        return RequestHead.length(bytes, count);
    }
}
