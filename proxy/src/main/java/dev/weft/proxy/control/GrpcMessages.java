package dev.weft.proxy.control;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** gRPC's messages on a stream: five octets before each, a flag and the length. */
public final class GrpcMessages {
    private static final int PREFIX = 5;

    private final int maxMessage;
    private final ByteBuf received = Unpooled.buffer();

    /** Takes messages of {@code maxMessage} bytes at most. */
    public GrpcMessages(int maxMessage) {
        this.maxMessage = maxMessage;
    }

    /** A message that is not acceptable; the text says why. */
    public static final class UnacceptableException extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean compressed;

        private UnacceptableException(String reason, boolean compressed) {
            super(reason, null, false, false);
            this.compressed = compressed;
        }

        /** Whether it is compressed, which is not understood here; it is too large otherwise. */
        public boolean compressed() {
            return compressed;
        }
    }

    /** The message as it is sent. */
    public static ByteBuf frame(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Unpooled.buffer(PREFIX + bytes.length)
                .writeByte(0)
                .writeInt(bytes.length)
                .writeBytes(bytes);
    }

    /** Adds what has arrived, without taking ownership. */
    public void add(ByteBuf data) {
        received.discardSomeReadBytes().writeBytes(data);
    }

    /** The next message that is complete, or null. What follows one that is not acceptable cannot be read. */
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

    /** Whether a part of a message is there. */
    public boolean incomplete() {
        return received.isReadable();
    }
}
