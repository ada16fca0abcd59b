package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When no more of a caller should be received. */
class Http1RequestReaderTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: api\r\n\r\n";

    private final StringBuilder seen = new StringBuilder();
    private final Http1RequestReader reader =
            new Http1RequestReader(UnpooledByteBufAllocator.DEFAULT, HeadLimits.DEFAULTS, new Seen());

    private final class Seen implements Http1RequestReader.Listener {
        @Override
        public void head(Http1Request request) {
            seen.append("head ");
        }

        @Override
        public void body(ByteBuf data) {
            seen.append(data.toString(StandardCharsets.US_ASCII)).append(' ');
            data.release();
        }

        @Override
        public void requestEnded() {
            seen.append("end ");
        }

        @Override
        public void unreadable(GateRefusal why, ByteBuf unread) {
            unread.release();
        }

        @Override
        public void malformedBody(GateRefusal why) {}
    }

    private void receives(String text) {
        reader.receive(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @AfterEach
    void close() {
        reader.close();
    }

    /** To stop receiving for each request would cost two system calls. */
    @Test
    void aRequestAloneDoesNotFillIt() {
        receives(GET);
        assertThat(seen).hasToString("head end ");
        assertThat(reader.isFull()).isFalse();
        assertThat(reader.held()).isZero();
    }

    @Test
    void whatComesBeforeTheAnswerFillsItUntilTheAnswer() {
        receives(GET);
        receives(GET + GET.substring(0, 5));
        assertThat(reader.isFull()).isTrue();
        assertThat(reader.held()).isPositive();
        reader.next();
        assertThat(seen).hasToString("head end head end ");
        assertThat(reader.isFull()).as("a part of a third request").isTrue();
        reader.next();
        assertThat(reader.isFull()).isFalse();
        receives(GET.substring(5));
        assertThat(seen).hasToString("head end head end head end ");
    }

    @Test
    void whatFollowsAnOfferOfAnotherProtocolFillsItUntilTheAnswer() {
        receives("GET / HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
        receives("bytes");
        assertThat(reader.isFull()).isTrue();
        reader.becomeBytes();
        assertThat(reader.isFull()).isFalse();
        assertThat(seen.toString().trim()).endsWith("bytes");
    }
}
