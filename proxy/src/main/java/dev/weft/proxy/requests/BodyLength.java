package dev.weft.proxy.requests;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Whether a message's DATA is as long as its content-length says: what is not must not be passed on (RFC 9113 section 8.1.1). */
final class BodyLength {
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    /** Digits of the longest length that is understood. */
    private static final int MOST_DIGITS = 18;

    private static final long UNSAID = -1;

    private long left = UNSAID;

    /** A message's head has come; false where its length is none. */
    boolean begin(Http2Headers headers) {
        CharSequence said = headers.get(CONTENT_LENGTH);
        if (said == null) {
            return true;
        }
        left = parsed(said);
        return left >= 0;
    }

    private static long parsed(@Nullable CharSequence text) {
        if (text == null || text.isEmpty() || text.length() > MOST_DIGITS) {
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

    /** So much more of the body has come; false if that is too much, or not enough at the message's end. */
    boolean more(int octets, boolean end) {
        if (left == UNSAID) {
            return true;
        }
        if (octets > left) {
            return false;
        }
        left -= octets;
        return !end || left == 0;
    }

    /** What is said is not of a body that follows: a response to HEAD, or of a status without content. */
    void ignore() {
        left = UNSAID;
    }
}
