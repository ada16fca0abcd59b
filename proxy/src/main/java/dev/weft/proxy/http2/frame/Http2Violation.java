package dev.weft.proxy.http2.frame;

/**
 * The peer broke the protocol or a limit; the message names the rule. It has no stack trace, because a peer can cause
 * it at will.
 */
public final class Http2Violation extends Exception {
    private final ErrorCode code;
    private final int streamId;
    private final boolean headTooLarge;

    private Http2Violation(ErrorCode code, int streamId, String message, boolean headTooLarge) {
        super(message, null, false, false);
        this.code = code;
        this.streamId = streamId;
        this.headTooLarge = headTooLarge;
    }

    /** A connection error (RFC 9113 section 5.4.1). */
    public static Http2Violation connection(ErrorCode code, String rule) {
        return new Http2Violation(code, 0, "HTTP/2 " + code + ": " + rule, false);
    }

    /** A stream error (RFC 9113 section 5.4.2). */
    public static Http2Violation stream(int streamId, ErrorCode code, String rule) {
        return new Http2Violation(code, streamId, onStream(streamId, code) + rule, false);
    }

    /** A head, or trailers, of more octets than are accepted: an error of their stream. */
    public static Http2Violation headTooLarge(int streamId) {
        ErrorCode code = ErrorCode.ENHANCE_YOUR_CALM;
        return new Http2Violation(
                code, streamId, onStream(streamId, code) + "fields of too many octets (section 10.5.1)", true);
    }

    private static String onStream(int streamId, ErrorCode code) {
        return "HTTP/2 " + code + " on stream " + streamId + ": ";
    }

    /** Whether this is a {@link #headTooLarge} violation. */
    public boolean isHeadTooLarge() {
        return headTooLarge;
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
