package dev.weft.testing;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Creates fields that no version knows yet, with any number, type and content. */
public final class FutureFields {

    /** The lowest number; it is above every number in use. */
    private static final int FIRST = 50;

    private static final int LAST = 536_870_911;
    private static final int MAX_CONTENT = 12;

    private FutureFields() {}

    /** Returns the message with one more field. */
    public static <M extends MessageLite> M in(M message, FuzzedDataProvider data) {
        try {
            @SuppressWarnings("unchecked")
            M changed = (M) message.toBuilder().mergeFrom(field(data)).build();
            return changed;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("what was written is no field", e);
        }
    }

    private static byte[] field(FuzzedDataProvider data) {
        int number = data.consumeInt(FIRST, LAST);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            switch (data.consumeInt(0, 3)) {
                case 0 -> out.writeUInt64(number, data.consumeLong());
                case 1 -> out.writeFixed32(number, data.consumeInt());
                case 2 -> out.writeFixed64(number, data.consumeLong());
                default -> out.writeBytes(number, ByteString.copyFrom(data.consumeBytes(MAX_CONTENT)));
            }
            out.flush();
        } catch (IOException e) {
            throw new AssertionError("bytes in memory", e);
        }
        return bytes.toByteArray();
    }
}
