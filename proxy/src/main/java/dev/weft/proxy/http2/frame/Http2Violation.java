package dev.weft.proxy.http2.frame;

/**
 * The peer broke the protocol or a limit; the message names the rule. It has no stack trace, because a peer can cause
 * it at will.
 */
public final class Http2Violation extends Exception {
    private final ErrorCode code;
    private final int streamId;

    private Http2Violation(ErrorCode code, int streamId, String message) {
        super(message, null, false, false);
        this.code = code;
        this.streamId = streamId;
    }

    /** A connection error (RFC 9113 section 5.4.1). */
    public static Http2Violation connection(ErrorCode code, String rule) {
        return new Http2Violation(code, 0, "HTTP/2 " + code + ": " + rule);
    }

    /** A stream error (RFC 9113 section 5.4.2). */
    public static Http2Violation stream(int streamId, ErrorCode code, String rule) {
        return new Http2Violation(code, streamId, "HTTP/2 " + code + " on stream " + streamId + ": " + rule);
    }

    /** Returns the error code that is sent to the peer. */
    public ErrorCode code() {
        return code;
    }

    /** Returns the ID of the stream concerned, or 0 for the connection. */
    public int streamId() {
        return streamId;
    }
}
