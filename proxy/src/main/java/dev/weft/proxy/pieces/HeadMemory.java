package dev.weft.proxy.pieces;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;

/**
 * What heads that are kept count among the bytes that are held: about twice the memory that they take, because they are
 * on the heap, which is half as large as the memory for buffers.
 */
public final class HeadMemory {
    /** Memory of an open request beside its head, in octets. */
    public static final int REQUEST = 512;

    private static final int ON_HEAP = 2;
    /** Memory of a decoded field beside its octets: an entry, two strings and their arrays. */
    private static final int FIELD = 160;

    private HeadMemory() {}

    /** Returns what octets on the heap count. */
    public static int of(int octets) {
        return ON_HEAP * octets;
    }

    /** Returns what these decoded fields count. */
    public static int of(Http2Headers fields) {
        return ofFields(octets(fields), fields.size());
    }

    /** Returns the octets of the names and values of these fields. */
    public static int octets(Http2Headers fields) {
        int octets = 0;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            octets += field.getKey().length() + field.getValue().length();
        }
        return octets;
    }

    /** Returns what a decoded head counts: so many octets of names and values, in so many fields. */
    public static int ofFields(int octets, int fields) {
        return ON_HEAP * (octets + FIELD * fields);
    }
}
