package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;

/** Who decides about the frames of an {@link Http2Lane}. Each method may throw to end the connection or one stream. */
interface Http2Follower {
    /** What becomes of a frame. */
    enum Course {
        /** Its octets go on as they come. */
        PASS,
        /** It is given to the follower, whole, and does not go on. */
        TAKE,
        /** It does not go on. */
        DROP
    }

    /** A frame begins. */
    Course begin(int type, int flags, int streamId, int length) throws Http2Violation;

    /** The frame begun last, whole; the payload is only lent. */
    void taken(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation;

    /** A rule of one stream was broken. What is left of the frame does not go on. */
    void streamError(Http2Violation violation) throws Http2Violation;
}
