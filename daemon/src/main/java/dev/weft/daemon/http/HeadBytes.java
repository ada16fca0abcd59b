package dev.weft.daemon.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * The head of a request as it comes, {@link RequestHead#MAX_BYTES} at most. It takes no more memory than has come: most
 * connections that somebody only holds open never say a word.
 */
public final class HeadBytes {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int count;

    /** Nothing has come. */
    public HeadBytes() {}

    /** Adds what has arrived, as much as fits, without taking ownership; whether all of it did. */
    public boolean add(ByteBuf data) {
        int added = Math.min(data.readableBytes(), RequestHead.MAX_BYTES - count);
        if (added > bytes.length - count) {
            bytes = Arrays.copyOf(bytes, Math.min(RequestHead.MAX_BYTES, 2 * (count + added)));
        }
        data.readBytes(bytes, count, added);
        count += added;
        return !data.isReadable();
    }

    /** Whether the head has ended, or cannot end any more. */
    public boolean isOver() {
        return length() >= 0 || count == RequestHead.MAX_BYTES;
    }

    /** The request; empty if the head has not ended, or is none. */
    public Optional<RequestHead> parse() {
        int length = length();
        return length < 0 ? Optional.empty() : RequestHead.parse(bytes, length);
    }

    /** Whether the head has ended. */
    public boolean isWhole() {
        return length() >= 0;
    }

    /** Whether more has come than the head. */
    public boolean goesOn() {
        return isWhole() && length() < count;
    }

    /** Whether nothing has come. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Lets go of the bytes. */
    public void forget() {
        bytes = NOTHING;
        count = 0;
    }

    private int length() {
        return RequestHead.length(bytes, count);
    }
}
