package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminHandlerTest {
    private static final AdminPages PAGES =
            new AdminPages(Map.of("/live", () -> new AdminPages.Page(200, "text/plain", "live\n")));

    private final HeldOpen heldOpen = new HeldOpen();
    private final EmbeddedChannel channel = new EmbeddedChannel(heldOpen, new AdminHandler(PAGES));

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
    void keepsNoTimerForARequestThatCame() {
        channel.writeInbound(
                ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertThat(heldOpen.closes).as("answered and closed").isEqualTo(1);
        assertThat(channel.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
    }

    /** Does not let the channel close, which would end its timers too. */
    private static final class HeldOpen extends ChannelOutboundHandlerAdapter {
        private int closes;

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            closes++;
        }
    }
}
