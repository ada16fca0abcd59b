package dev.weft.proxy.http2.frame;

/** The peer broke the protocol or a limit; the message names the rule. Without a stack trace: it is made at a peer's wish. */
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

    /** What the peer was told. */
    public ErrorCode code() {
        return code;
    }

    /** The one stream concerned, or 0 for the connection. */
    public int streamId() {
        return streamId;
    }
}
