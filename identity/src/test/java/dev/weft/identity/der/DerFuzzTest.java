package dev.weft.identity.der;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;

/** What is read as DER has one encoding only: written again, it is the same bytes. */
class DerFuzzTest {

    private static final int CONSTRUCTED = 0x20;
    private static final int MAX_DEPTH = 32;

    @FuzzTest
    void whatIsReadIsWrittenAgainAsItWas(byte[] bytes) {
        byte[] written;
        try {
            written = copy(DerReader.of(bytes), 0);
        } catch (MalformedDerException _) {
            return;
        }
        assertThat(written).isEqualTo(bytes);
    }

    private static byte[] copy(DerReader reader, int depth) throws MalformedDerException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (reader.hasMore()) {
            int tag = reader.nextTag();
            DerReader content = reader.enterAny();
            boolean enter = (tag & CONSTRUCTED) != 0 && depth < MAX_DEPTH;
            out.writeBytes(Der.value(tag, enter ? copy(content, depth + 1) : content.remaining()));
        }
        return out.toByteArray();
    }
}
