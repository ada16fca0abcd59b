package dev.weft.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.daemon.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Any bytes on the admin port: one answer at most, the same however they are cut, and a page only to who asks for it. */
class AdminHandlerFuzzTest {
    private static final String PAGE = "the page that is asked for";
    private static final AdminPages PAGES =
            new AdminPages(Map.of("/ready", () -> AdminPages.Page.text(true, PAGE)), Set.of(), Set.of("/ready"));

    @FuzzTest
    void oneAnswerAtMostTheSameHoweverTheBytesAreCut(byte[] bytes) {
        String whole = answer(bytes, Math.max(1, bytes.length));
        assertThat(answer(bytes, 1)).isEqualTo(whole);
        assertThat(answer(bytes, 7)).isEqualTo(whole);
        boolean complete = RequestHead.length(bytes, Math.min(bytes.length, RequestHead.MAX_BYTES)) >= 0
                || bytes.length >= RequestHead.MAX_BYTES;
        assertThat(whole.isEmpty()).isEqualTo(!complete);
        if (complete) {
            assertThat(whole).matches("(?s)HTTP/1\\.1 (200|400|404|405) .*\r\nConnection: close\r\n\r\n.*");
            assertThat(whole.indexOf("HTTP/1.1", 1)).as(whole).isNegative();
        }
        if (whole.contains(PAGE)) {
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                    .matches("(?s)GET /ready([?][^ ]*)? HTTP/1\\.[01]\r\n.*");
        }
    }

    private static String answer(byte[] bytes, int piece) {
        EmbeddedChannel channel = new EmbeddedChannel(new AdminHandler(PAGES, new LargePages()));
        for (int at = 0; at < bytes.length && channel.isOpen(); at += piece) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
        }
        channel.runPendingTasks();
        StringBuilder answer = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            answer.append(out.toString(StandardCharsets.UTF_8));
            out.release();
        }
        channel.finishAndReleaseAll();
        return answer.toString();
    }
}
