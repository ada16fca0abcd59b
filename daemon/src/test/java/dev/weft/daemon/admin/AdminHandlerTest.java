package dev.weft.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminHandlerTest {
    private static final AdminPages PAGES =
            new AdminPages(Map.of("/live", () -> new AdminPages.Page(200, "text/plain", "live\n")), Set.of(), Set.of());

    private final HeldOpen heldOpen = new HeldOpen();
    private final EmbeddedChannel channel = new EmbeddedChannel(heldOpen, new AdminHandler(PAGES, new LargePages()));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void closesAConnectionThatAsksNothing() {
        channel.advanceTimeBy(11, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(heldOpen.closes).isEqualTo(1);
    }

    @Test
    void closesAConnectionThatDoesNotTakeItsAnswer() {
        heldOpen.takesAnswers = false;
        ask("/live");
        assertThat(heldOpen.closes).as("the answer is on its way").isZero();
        channel.advanceTimeBy(31, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(heldOpen.closes).isEqualTo(1);
    }

    @Test
    void anAnswerHasItsTimeWhateverTheRequestTook() {
        heldOpen.takesAnswers = false;
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        ask("/live");
        channel.advanceTimeBy(29, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(heldOpen.closes).isZero();
    }

    @Test
    void keepsNoTimerForAConnectionThatHasEnded() {
        ask("/live");
        assertThat(heldOpen.closes).as("answered and closed").isEqualTo(1);
        channel.pipeline().fireChannelInactive();
        assertThat(channel.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
    }

    @Test
    void givesALargePageToNobodyWithoutAPlace() {
        AdminPages pages = new AdminPages(
                Map.of("/connections", () -> AdminPages.Page.json("[]")), Set.of("/connections"), Set.of());
        EmbeddedChannel asked =
                new EmbeddedChannel(new AdminHandler(pages, new LargePages(new ReentrantLock(), _ -> false)));
        asked.writeInbound(ByteBufUtil.writeAscii(
                UnpooledByteBufAllocator.DEFAULT, "GET /connections HTTP/1.1\r\nHost: x\r\n\r\n"));
        ByteBuf answer = asked.readOutbound();
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 503 ");
        answer.release();
        asked.finishAndReleaseAll();
    }

    private void ask(String page) {
        channel.writeInbound(ByteBufUtil.writeAscii(
                UnpooledByteBufAllocator.DEFAULT, "GET " + page + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @Test
    void holdsAFailureBackFromAClientThatWaitsUntilThePageIsGood() {
        AtomicBoolean ready = new AtomicBoolean();
        EmbeddedChannel asked = askedToWait(ready);
        pass(asked, 5);
        assertThat(asked.outboundMessages()).as("held back").isEmpty();
        ready.set(true);
        pass(asked, 1);
        assertThat(answer(asked)).startsWith("HTTP/1.1 200 OK");
        asked.finishAndReleaseAll();
    }

    @Test
    void answersAClientThatWaitsWithTheFailureWhenItHasLastedLong() {
        EmbeddedChannel asked = askedToWait(new AtomicBoolean());
        pass(asked, AdminHandler.HELD_LOOKS - 1);
        assertThat(asked.outboundMessages()).as("held back").isEmpty();
        pass(asked, 1);
        assertThat(answer(asked)).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\nnot yet\n");
        asked.finishAndReleaseAll();
    }

    @Test
    void asksNoMoreForAClientThatWaitedAndHasGone() {
        EmbeddedChannel asked = askedToWait(new AtomicBoolean());
        var _ = asked.close();
        pass(asked, 1);
        assertThat(asked.runScheduledPendingTasks()).as("the next look").isEqualTo(-1);
        asked.finishAndReleaseAll();
    }

    private static EmbeddedChannel askedToWait(AtomicBoolean ready) {
        AdminPages pages = new AdminPages(
                Map.of("/ready", () -> AdminPages.Page.text(ready.get(), ready.get() ? "ready" : "not yet")),
                Set.of(),
                Set.of());
        EmbeddedChannel asked = new EmbeddedChannel(new AdminHandler(pages, new LargePages()));
        asked.freezeTime();
        asked.writeInbound(ByteBufUtil.writeAscii(
                UnpooledByteBufAllocator.DEFAULT, "GET /ready?wait HTTP/1.1\r\nHost: x\r\n\r\n"));
        return asked;
    }

    /** Lets the page be looked at so many times. */
    private static void pass(EmbeddedChannel asked, int looks) {
        for (int i = 0; i < looks; i++) {
            asked.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            asked.runScheduledPendingTasks();
        }
    }

    private static String answer(EmbeddedChannel asked) {
        ByteBuf answer = asked.readOutbound();
        try {
            return answer.toString(StandardCharsets.US_ASCII);
        } finally {
            answer.release();
        }
    }

    @Test
    void makesALargePageBesideTheEventLoop() throws InterruptedException {
        Thread loop = Thread.currentThread();
        BlockingQueue<Boolean> beside = new LinkedBlockingQueue<>();
        AdminPages pages = new AdminPages(
                Map.of("/connections", () -> {
                    beside.add(!Thread.currentThread().equals(loop));
                    return AdminPages.Page.json("[]");
                }),
                Set.of("/connections"),
                Set.of());
        EmbeddedChannel asked = new EmbeddedChannel(new AdminHandler(pages, new LargePages()));
        asked.writeInbound(ByteBufUtil.writeAscii(
                UnpooledByteBufAllocator.DEFAULT, "GET /connections?x HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertThat(beside.poll(30, TimeUnit.SECONDS)).isTrue();
        ByteBuf answer = null;
        while (answer == null) {
            asked.runPendingTasks();
            answer = asked.readOutbound();
            Thread.onSpinWait();
        }
        assertThat(answer.toString(StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("\r\n\r\n[]\n");
        answer.release();
        asked.finishAndReleaseAll();
    }

    @Test
    void metricsAreInTheFormatThatIsAskedForAndOtherPagesAreNot() {
        AdminPages pages = new AdminPages(
                Map.of(
                        "/metrics", () -> AdminPages.Page.metrics("# TYPE a_total counter\na_total 1\n"),
                        "/live", () -> AdminPages.Page.text(true, "live")),
                Set.of(),
                Set.of());
        String openMetrics = """
                Accept: text/plain;version=0.0.4;q=0.2\r
                Accept: application/openmetrics-text; version=1.0.0;q=0.5\r
                """;
        assertThat(answer(pages, "/metrics", openMetrics))
                .contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n")
                .endsWith("\r\n\r\n# TYPE a counter\na_total 1\n# EOF\n");
        assertThat(answer(pages, "/metrics", ""))
                .contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .endsWith("\r\n\r\n# TYPE a_total counter\na_total 1\n");
        assertThat(answer(pages, "/live", openMetrics)).endsWith("\r\n\r\nlive\n");
    }

    private static String answer(AdminPages pages, String path, String fields) {
        EmbeddedChannel asked = new EmbeddedChannel(new AdminHandler(pages, new LargePages()));
        asked.writeInbound(ByteBufUtil.writeAscii(
                UnpooledByteBufAllocator.DEFAULT, "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n"));
        ByteBuf answer = asked.readOutbound();
        String text = answer.toString(StandardCharsets.UTF_8);
        answer.release();
        asked.finishAndReleaseAll();
        return text;
    }

    /** Does not let the channel close, which would end its timers too. */
    private static final class HeldOpen extends ChannelOutboundHandlerAdapter {
        private int closes;
        private boolean takesAnswers = true;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (takesAnswers) {
                var _ = ctx.write(message, promise);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            closes++;
        }
    }
}
