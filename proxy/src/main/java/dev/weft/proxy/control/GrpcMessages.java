package dev.weft.proxy.control;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads and frames gRPC messages on a stream: a prefix of five octets, a flag and the length, comes before each
 * message.
 */
public final class GrpcMessages {
    private static final int PREFIX = 5;

    private final int maxMessage;
    private final ByteBuf received = Unpooled.buffer();

    /** Accepts messages of at most {@code maxMessage} bytes. */
    public GrpcMessages(int maxMessage) {
        this.maxMessage = maxMessage;
    }

    /** A received message is not acceptable; the text says why. */
    public static final class UnacceptableException extends Exception {
        private final boolean compressed;

        private UnacceptableException(String reason, boolean compressed) {
            super(reason, null, false, false);
            this.compressed = compressed;
        }

        /** Whether the message is compressed, which is not supported here; otherwise it is too large. */
        public boolean compressed() {
            return compressed;
        }
    }

    /** Returns the message with its prefix, as it is sent. */
    public static ByteBuf frame(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Unpooled.buffer(PREFIX + bytes.length)
                .writeByte(0)
                .writeInt(bytes.length)
                .writeBytes(bytes);
    }

    /** Adds received data; the caller still owns the buffer. */
    public void add(ByteBuf data) {
        received.discardSomeReadBytes().writeBytes(data);
    }

    /** Returns the next complete message, or null. After a message that is not acceptable, no more can be read. */
    public byte @Nullable [] poll() throws UnacceptableException {
        if (received.readableBytes() < PREFIX) {
            return null;
        }
        int start = received.readerIndex();
        int compressed = received.getByte(start);
        int length = received.getInt(start + 1);
        if (compressed != 0) {
            throw new UnacceptableException("a compressed message (expected: none)", true);
        }
        if (length < 0 || length > maxMessage) {
            throw new UnacceptableException(
                    "a message of " + Integer.toUnsignedString(length) + " bytes (expected: at most " + maxMessage
                            + ")",
                    false);
        }
        if (received.readableBytes() < PREFIX + length) {
            return null;
        }
        byte[] message = new byte[length];
        received.skipBytes(PREFIX).readBytes(message);
        return message;
    }

    /** Whether part of a message has been received. */
    public boolean incomplete() {
        return received.isReadable();
    }
}
