package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;

/** Decides about the frames of an {@link Http2Direction}. Each method may throw to end the connection or one stream. */
interface Http2Follower {
    /** What the lane does with a frame. */
    enum Course {
        /** The frame passes as it came. */
        PASS,
        /** The follower gets the whole frame, which does not pass. */
        TAKE,
        /** The frame is dropped. */
        DROP
    }

    /** Decides about a frame that begins. A frame whose header contains octets of its payload cannot be taken. */
    Course begin(Http2FrameHeader frame) throws Http2Violation;

    /** Receives the whole frame that began last; the payload is only lent. */
    void taken(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation;

    /** A rule of one stream was broken. The rest of the frame does not pass. */
    void streamError(Http2Violation violation) throws Http2Violation;
}
