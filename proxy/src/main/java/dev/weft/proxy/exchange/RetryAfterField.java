package dev.weft.proxy.exchange;

import dev.weft.proxy.balance.RetryLater;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Finds a Retry-After field in the head of an HTTP/1.1 response. */
final class RetryAfterField {
    private static final String NAME = "retry-after:";
    /** A sidecar's own refusal says always the same, because the sidecar does not know when there is room again. */
    private static final String OF_SIDECAR = "weft-code:";

    private static final int MOST_VALUE = 32;
    private static final int TO_LOWER_CASE = 0x20;

    private RetryAfterField() {}

    /** Returns for how long the application asks to be left alone, in nanoseconds; 0 if it does not. */
    static long of(ByteBuf head) {
        long pause = 0;
        int at = head.readerIndex();
        while (at < head.writerIndex()) {
            int lineFeed = head.indexOf(at, head.writerIndex(), (byte) '\n');
            int end = lineFeed < 0 ? head.writerIndex() : lineFeed;
            if (begins(head, at, end, OF_SIDECAR)) {
                return 0;
            }
            if (begins(head, at, end, NAME) && end - at <= NAME.length() + MOST_VALUE) {
                int value = at + NAME.length();
                pause = RetryLater.seconds(head.toString(value, end - value, StandardCharsets.US_ASCII)
                        .strip());
            }
            at = end + 1;
        }
        return pause;
    }

    private static boolean begins(ByteBuf head, int at, int end, String name) {
        if (end - at < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int octet = head.getByte(at + i);
            int lower = octet >= 'A' && octet <= 'Z' ? octet | TO_LOWER_CASE : octet;
            if (lower != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
