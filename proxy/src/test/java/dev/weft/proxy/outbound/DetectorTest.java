package dev.weft.proxy.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DetectorTest {
    private record Answer(DetectedProtocol spoken, String first, boolean inputEnded) {}

    private static final Duration SILENCE = Duration.ofMillis(300);

    private final List<Answer> answers = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void freeze() {
        channel.freezeTime();
        detect(false);
    }

    private void detect(boolean expectsHttp) {
        channel.pipeline().addLast(new Detector(expectsHttp, SILENCE, (spoken, first, inputEnded) -> {
            answers.add(new Answer(spoken, first.toString(StandardCharsets.US_ASCII), inputEnded));
            first.release();
        }));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private ByteBuf say(String text) {
        ByteBuf said = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        channel.writeInbound(said);
        return said;
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void joinsWhatComesInPieces() {
        say("GE");
        say("T / HTT");
        assertThat(answers).isEmpty();
        say("P/1.1\r\nHost: a\r\n");
        assertThat(answers).containsExactly(new Answer(DetectedProtocol.HTTP1, "GET / HTTP/1.1\r\nHost: a\r\n", false));
        assertThat(channel.pipeline().get(Detector.class)).isNull();
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void anApplicationThatWaitsForTheOtherSideWaitsNoLongerThanTheSilence() {
        pass(SILENCE.toMillis() - 1);
        assertThat(answers).isEmpty();
        pass(1);
        assertThat(answers).containsExactly(new Answer(DetectedProtocol.BYTES, "", false));
    }

    @Test
    void losesNothingOfARequestLineThatStalls() {
        say("GET /slow");
        pass(SILENCE.toMillis());
        assertThat(answers).containsExactly(new Answer(DetectedProtocol.BYTES, "GET /slow", false));
    }

    @Test
    void tellsThatTheApplicationSaysNoMore() {
        say("GET ");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(answers).containsExactly(new Answer(DetectedProtocol.BYTES, "GET ", true));
    }

    @Test
    void whereHttpIsExpectedSilenceSaysNothing() {
        var _ = channel.pipeline().remove(Detector.class);
        detect(true);
        pass(10 * SILENCE.toMillis());
        say("GE");
        pass(10 * SILENCE.toMillis());
        assertThat(answers).isEmpty();
        say("T ");
        assertThat(answers).containsExactly(new Answer(DetectedProtocol.HTTP1, "GET ", false));
    }

    @Test
    void releasesWhatItHasWhenTheConnectionEnds() {
        ByteBuf said = say("GET ");
        var _ = channel.close();
        assertThat(said.refCnt()).isZero();
        assertThat(answers).isEmpty();
    }
}
