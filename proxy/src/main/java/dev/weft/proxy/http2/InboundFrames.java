package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameReader;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.BlockCollector;
import dev.weft.proxy.http2.header.HeaderCodec;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Handles each frame from the peer, and checks the rules of the protocol (RFC 9113 sections 5 and 6). */
final class InboundFrames implements FrameReader.Sink {
    private final Http2Connection connection;
    private final Streams streams;
    private final HeaderCodec headers;
    private final FloodGuard guard;
    private final BlockCollector blocks;
    private boolean settingsReceived;

    private @Nullable Http2Stream dataStream;
    private int dataLength;

    InboundFrames(Http2Connection connection, Streams streams, HeaderCodec headers, FloodGuard guard) {
        this.connection = connection;
        this.streams = streams;
        this.headers = headers;
        this.guard = guard;
        this.blocks = new HeaderBlocks(streams, headers, guard).collector();
    }

    void close() {
        blocks.close();
    }

    /** Returns the octets of a header block that has not ended. */
    int held() {
        return blocks.held();
    }

    @Override
    public boolean begin(int type, int flags, int streamId, int length) throws Http2Violation {
        if (!settingsReceived && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
            throw FrameRules.protocol("frame of type " + type + " before SETTINGS (section 3.4)");
        }
        if (!blocks.admits(type, streamId)) {
            throw FrameRules.protocol("frame of type " + type + " within a header block (section 6.10)");
        }
        return switch (type) {
            case Frames.DATA -> beginData(flags, streamId, length);
            case Frames.HEADERS, Frames.CONTINUATION -> {
                blocks.begin(type, streamId, length);
                yield true;
            }
            case Frames.PRIORITY -> priority(streamId, length);
            case Frames.RST_STREAM -> onStream(streamId, length, 4, "RST_STREAM (section 6.4)");
            case Frames.SETTINGS -> beginSettings(flags, streamId, length);
            case Frames.PUSH_PROMISE ->
                throw FrameRules.protocol("PUSH_PROMISE, which is never allowed here (section 8.4)");
            case Frames.PING -> onConnection(streamId, length == 8, "PING (section 6.7)");
            case Frames.GOAWAY -> beginGoAway(streamId, length);
            case Frames.WINDOW_UPDATE -> beginWindowUpdate(length);
            case Frames.RECONNECT -> reconnect(streamId, length);
            default -> {
                guard.idleFrame();
                yield false; // unknown frames are ignored (section 5.5)
            }
        };
    }

    @Override
    public void frame(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation {
        switch (type) {
            case Frames.HEADERS, Frames.CONTINUATION -> blocks.taken(type, flags, streamId, payload);
            case Frames.RST_STREAM -> reset(streamId, payload.readUnsignedInt());
            case Frames.SETTINGS -> settings(flags, payload);
            case Frames.PING -> ping(flags, payload.readLong());
            case Frames.GOAWAY -> streams.goAway(payload.readInt() & 0x7fff_ffff);
            case Frames.WINDOW_UPDATE -> windowUpdate(streamId, payload.readInt() & 0x7fff_ffff);
            default -> throw new IllegalStateException("frame of type " + type);
        }
    }

    private boolean beginData(int flags, int streamId, int length) throws Http2Violation {
        dataStream = null;
        dataLength = length;
        if (length == 0 && (flags & Frames.END_STREAM) == 0) {
            guard.idleFrame();
        }
        if (!streams.receive(length)) {
            throw Http2Violation.connection(
                    ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the connection's window (section 6.9.1)");
        }
        Http2Stream stream = existing(streamId, "DATA (section 6.1)");
        if (stream == null || stream.remoteEnded()) {
            streams.consumed(length);
            streams.late(streamId, "DATA on a stream that has ended (section 5.1)");
            return false;
        }
        if (!stream.headersReceived) {
            streams.consumed(length);
            throw Http2Violation.stream(streamId, ErrorCode.PROTOCOL_ERROR, "DATA before HEADERS (section 8.1)");
        }
        if (!stream.receiveWindow.receive(length)) {
            streams.consumed(length);
            throw Http2Violation.stream(
                    streamId, ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the stream's window (section 6.9.1)");
        }
        dataStream = stream;
        return true;
    }

    @Override
    public void data(ByteBuf piece, boolean endStream) {
        Http2Stream stream = dataStream;
        if (stream == null || stream.closed()) {
            piece.release(); // reset while its frame arrived; the credit was returned with the reset
            return;
        }
        if (endStream) {
            stream.endRemote();
        }
        stream.listener().onData(piece, endStream);
        if (endStream) {
            stream.closeIfEnded();
        }
    }

    @Override
    public void padding(int octets) throws Http2Violation {
        if (octets == dataLength) {
            guard.idleFrame();
        }
        if (dataStream != null) {
            dataStream.consume(octets);
        }
    }

    @Override
    public void streamError(Http2Violation violation) throws Http2Violation {
        guard.reset();
        Http2Stream stream = streams.get(violation.streamId());
        streams.reset(violation.streamId(), violation.code());
        if (stream != null) {
            stream.close();
            if (violation.isHeadTooLarge()) {
                stream.listener().onHeadTooLarge(streams.settings().maxHeaderListSize());
            } else {
                stream.listener().onReset(violation.code());
            }
        }
    }

    private boolean priority(int streamId, int length) throws Http2Violation {
        guard.idleFrame();
        if (streamId == 0) {
            throw FrameRules.protocol("PRIORITY on stream 0 (section 6.3)");
        }
        if (length != 5) {
            throw Http2Violation.stream(streamId, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY (section 6.3)");
        }
        return false; // deprecated (section 5.3.2)
    }

    private void reset(int streamId, long code) throws Http2Violation {
        Http2Stream stream = existing(streamId, "RST_STREAM (section 6.4)");
        if (stream == null) {
            guard.answer();
            return;
        }
        if (!stream.headersSent()) {
            guard.reset();
        }
        stream.close();
        stream.listener().onReset(ErrorCode.of(code));
    }

    private boolean beginSettings(int flags, int streamId, int length) throws Http2Violation {
        guard.idleFrame();
        boolean ack = (flags & Frames.ACK) != 0;
        return onConnection(streamId, ack ? length == 0 : length % 6 == 0, "SETTINGS (section 6.5)");
    }

    private boolean beginGoAway(int streamId, int length) throws Http2Violation {
        guard.idleFrame();
        return onConnection(streamId, length >= 8, "GOAWAY (section 6.8)");
    }

    private boolean beginWindowUpdate(int length) throws Http2Violation {
        guard.answer();
        return size(length == 4, "WINDOW_UPDATE (section 6.9)");
    }

    /**
     * {@link Frames#RECONNECT} is an extension of Weft (section 5.5). It is never an error, because peers that do not
     * know it ignore it, whatever it contains.
     */
    private boolean reconnect(int streamId, int length) throws Http2Violation {
        guard.idleFrame();
        Http2Stream stream = streams.get(streamId);
        if (stream != null && length == 0) {
            stream.listener().onReconnect();
        }
        return false;
    }

    private void settings(int flags, ByteBuf payload) throws Http2Violation {
        if ((flags & Frames.ACK) != 0) {
            streams.peerKnowsSettings();
            return;
        }
        PeerSettings peer = streams.peer();
        long certificates = peer.certificates();
        while (payload.isReadable()) {
            peer.apply(payload.readUnsignedShort(), payload.readUnsignedInt(), !streams.server(), headers);
        }
        if (!streams.creditAll(peer.arrived())) {
            throw Http2Violation.connection(
                    ErrorCode.FLOW_CONTROL_ERROR, "a stream's window exceeds 2^31-1 (section 6.9.2)");
        }
        connection.out().settingsAck();
        if (!settingsReceived) {
            settingsReceived = true;
            connection.ready();
        } else if (peer.certificates() != certificates) {
            connection.peerCertificate();
        }
    }

    private void ping(int flags, long payload) throws Http2Violation {
        guard.answer(); // the peer acknowledges a PING, or measures the bandwidth, as gRPC peers do
        if ((flags & Frames.ACK) != 0) {
            connection.shutdown().pingAcknowledged(payload);
        } else {
            connection.out().ping(true, payload);
        }
    }

    private void windowUpdate(int streamId, int increment) throws Http2Violation {
        if (streamId == 0) {
            if (increment == 0) {
                throw FrameRules.protocol("WINDOW_UPDATE of 0 (section 6.9)");
            }
            if (!connection.out().credit(increment)) {
                throw Http2Violation.connection(
                        ErrorCode.FLOW_CONTROL_ERROR, "the connection's window exceeds 2^31-1 (section 6.9.1)");
            }
            return;
        }
        Http2Stream stream = existing(streamId, "WINDOW_UPDATE (section 6.9)");
        if (stream == null) {
            return;
        }
        if (increment == 0) {
            throw Http2Violation.stream(streamId, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0 (section 6.9)");
        }
        if (!stream.credit(increment)) {
            throw Http2Violation.stream(
                    streamId, ErrorCode.FLOW_CONTROL_ERROR, "the stream's window exceeds 2^31-1 (section 6.9.1)");
        }
    }

    /** Returns the stream, or null if it has ended. A frame on a stream that was never opened is a violation. */
    private @Nullable Http2Stream existing(int streamId, String frame) throws Http2Violation {
        Http2Stream stream = streams.get(streamId);
        if (stream == null && (streamId == 0 || streams.idle(streamId))) {
            throw FrameRules.protocol(frame + " on stream " + streamId + ", which was never opened (section 5.1)");
        }
        return stream;
    }

    private static boolean onStream(int streamId, int length, int expected, String frame) throws Http2Violation {
        if (streamId == 0) {
            throw FrameRules.protocol(frame + " on stream 0");
        }
        return size(length == expected, frame);
    }

    private static boolean onConnection(int streamId, boolean sizeFits, String frame) throws Http2Violation {
        FrameRules.onConnection(streamId, sizeFits, frame);
        return true;
    }

    private static boolean size(boolean fits, String frame) throws Http2Violation {
        FrameRules.size(fits, frame);
        return true;
    }
}
