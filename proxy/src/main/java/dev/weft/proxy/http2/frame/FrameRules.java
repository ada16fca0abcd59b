package dev.weft.proxy.http2.frame;

/** Checks of a frame's stream and length that hold wherever frames are read (RFC 9113 sections 4.2 and 6). */
public final class FrameRules {
    private FrameRules() {}

    /** Checks a frame that is about the connection, so that its stream must be 0. */
    public static void onConnection(int streamId, boolean sizeFits, String frame) throws Http2Violation {
        if (streamId != 0) {
            throw protocol(frame + " on stream " + streamId + " (expected: 0)");
        }
        size(sizeFits, frame);
    }

    /** Checks the length of a frame whose length is fixed, or limited, by its type. */
    public static void size(boolean fits, String frame) throws Http2Violation {
        if (!fits) {
            throw Http2Violation.connection(ErrorCode.FRAME_SIZE_ERROR, frame + " of a wrong length");
        }
    }

    /** Returns the violation of a rule that ends the connection with PROTOCOL_ERROR. */
    public static Http2Violation protocol(String rule) {
        return Http2Violation.connection(ErrorCode.PROTOCOL_ERROR, rule);
    }
}
