package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** What a peer's bytes mean does not depend on the pieces in which they come. */
class GrpcMessagesFuzzTest {
    private static final int MAX_MESSAGE = 1000;
    private static final String REFUSED = "refused: ";

    @FuzzTest
    void piecesMeanWhatTheWholeMeans(byte[] bytes) {
        List<String> whole = read(bytes, Math.max(1, bytes.length));
        assertThat(read(bytes, 1)).isEqualTo(whole);
        assertThat(read(bytes, 7)).isEqualTo(whole);
    }

    private static List<String> read(byte[] bytes, int piece) {
        GrpcMessages messages = new GrpcMessages(MAX_MESSAGE);
        List<String> read = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += piece) {
            messages.add(Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
            try {
                for (byte[] message = messages.poll(); message != null; message = messages.poll()) {
                    assertThat(message.length).isLessThanOrEqualTo(MAX_MESSAGE);
                    read.add(new String(message, java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            } catch (GrpcMessages.UnacceptableException e) {
                read.add(REFUSED + e.getMessage());
                return read;
            }
        }
        return read;
    }
}
