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

    static Http2Violation violation(int streamId) {
        return Http2Violation.stream(
                streamId, ErrorCode.PROTOCOL_ERROR, "a body that is not as long as its content-length (section 8.1.1)");
    }

    /** Reads the length from a message's head; false if it is not a valid number, or not the same in all its fields. */
    public boolean begin(Http2Headers headers) {
        long length = UNSAID;
        Iterator<CharSequence> said = headers.valueIterator(CONTENT_LENGTH);
        while (said.hasNext()) {
            long one = parsed(said.next());
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

    private static long parsed(CharSequence text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return UNSAID;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return UNSAID;
            }
            number = number * 10 + digit;
        }
        return number;
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

    /**
     * Expects no body, whatever the length says: the message is a response to HEAD, or has a status without content.
     */
    public void none() {
        left = 0;
    }
}
