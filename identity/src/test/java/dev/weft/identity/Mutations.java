package dev.weft.identity;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.ByteArrayOutputStream;

/** What a fuzzer makes of bytes that are right: a few octets changed, put in, left out. Of no input: the bytes themselves. */
public final class Mutations {

    private static final int MAX_EDITS = 8;
    private static final int MAX_REMOVED = 16;

    private Mutations() {}

    /** A copy with the edits that the data asks for. */
    public static byte[] of(byte[] original, FuzzedDataProvider data) {
        byte[] bytes = original.clone();
        for (int i = 0; i < MAX_EDITS && data.remainingBytes() > 0 && bytes.length > 0; i++) {
            bytes = edited(bytes, data);
        }
        return bytes;
    }

    private static byte[] edited(byte[] bytes, FuzzedDataProvider data) {
        int at = data.consumeInt(0, bytes.length - 1);
        int removed = data.consumeBoolean() ? data.consumeInt(0, Math.min(MAX_REMOVED, bytes.length - at)) : 0;
        boolean replace = data.consumeBoolean();
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 1);
        out.write(bytes, 0, at);
        if (replace) {
            out.write(data.consumeByte());
            removed = Math.max(removed, 1);
        } else if (removed == 0) {
            out.write(data.consumeByte());
        }
        out.write(bytes, at + removed, bytes.length - at - removed);
        return out.toByteArray();
    }
}
