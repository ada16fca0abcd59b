package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;

/**
 * Checks that a message's DATA is as long as its content-length; otherwise the message must not be passed on (RFC 9113
 * section 8.1.1).
 */
public final class BodyLength {
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final int MOST_DIGITS = 18;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private static final long UNSAID = -1;

    private long left = UNSAID;

    /** Makes a check that accepts any length until a message begins. */
    public BodyLength() {}

    /**
     * Begins the check of a request.
     *
     * @throws Http2Violation its length is not a valid number, or the request ends without such a body
     */
    static BodyLength of(int streamId, Http2Headers headers, boolean endStream) throws Http2Violation {
        BodyLength length = new BodyLength();
        if (!length.begin(headers) || !length.more(0, endStream)) {
            throw violation(streamId);
        }
        return length;
    }

    /** Returns the violation of a message whose body is not as long as its content-length. */
    public static Http2Violation violation(int streamId) {
        return Http2Violation.stream(
                streamId, ErrorCode.PROTOCOL_ERROR, "a body that is not as long as its content-length (section 8.1.1)");
    }

    /** Reads the length from a message's head; false if it is not a valid number, or not the same in all its fields. */
    public boolean begin(Http2Headers headers) {
        long length = UNSAID;
        Iterator<CharSequence> said = headers.valueIterator(CONTENT_LENGTH);
        while (said.hasNext()) {
            CharSequence text = said.next();
            long one = Http2Head.number(text, text.length(), MOST_DIGITS);
            if (one < 0 || (length != UNSAID && one != length)) {
                return false;
            }
            length = one;
        }
        if (length != UNSAID) {
            left = length;
        }
        return true;
    }

    /**
     * Reads the length from the head of a final response; false if it is not valid, or if the response ends without such
     * a body. A response to HEAD, or with a status without content, has no body whatever the length says.
     */
    public boolean beginResponse(Http2Headers headers, int status, boolean toHead, boolean ends) {
        boolean understood = begin(headers);
        if (toHead || status == NO_CONTENT || status == NOT_MODIFIED) {
            left = 0;
        }
        return understood && more(0, ends);
    }

    /** Counts more octets of the body; false if there are too many, or too few at the message's end. */
    public boolean more(int octets, boolean end) {
        if (left == UNSAID) {
            return true;
        }
        if (octets > left) {
            return false;
        }
        left -= octets;
        return !end || left == 0;
    }
}
