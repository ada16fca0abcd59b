package dev.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HttpConnectionTest {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final List<String> events = new ArrayList<>();

    private final HttpConnection.Listener listener = new HttpConnection.Listener() {
        @Override
        public void onOpen(HttpConnection connection) {}

        @Override
        public void onAnswer(HttpConnection connection, long dueNanos, long bytes) {
            events.add("answer of " + bytes);
        }

        @Override
        public void onGone(HttpConnection connection, @Nullable String reason) {
            events.add("gone: " + reason);
        }
    };

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void doesNotMistakeTheBeginOfAFormerAnswerForThatOfTheNext() {
        ResponseShape shared = new ResponseShape();
        HttpConnection connection = new HttpConnection(listener);
        EmbeddedChannel channel = new EmbeddedChannel(connection);
        connection.send(Unpooled.EMPTY_BUFFER, shared, 0);
        channel.writeInbound(bytes(ANSWER.substring(0, 20)));
        assertThat(shared.learn(bytes(ANSWER))).as("by another connection").isTrue();
        channel.writeInbound(bytes(ANSWER.substring(20)));

        connection.send(Unpooled.EMPTY_BUFFER, new ResponseShape(), 0);
        channel.writeInbound(bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore"));
        assertThat(events).containsExactly("answer of " + ANSWER.length(), "answer of " + (ANSWER.length() + 2));
        boolean _ = channel.finishAndReleaseAll();
    }

    @Test
    void refusesARequestBeforeItIsOpen() {
        assertThatThrownBy(() -> new HttpConnection(listener).send(Unpooled.EMPTY_BUFFER, new ResponseShape(), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesTheFirstOfSeveralCauses() {
        EmbeddedChannel channel = new EmbeddedChannel(new BreaksWhenClosed(), new HttpConnection(listener));
        channel.pipeline().fireExceptionCaught(new IllegalStateException("first"));
        assertThat(events).containsExactly("gone: java.lang.IllegalStateException: first");
        boolean _ = channel.finishAndReleaseAll();
    }

    /** Such as a connection with a write that fails because it is being closed. */
    private static final class BreaksWhenClosed extends ChannelOutboundHandlerAdapter {
        private boolean broken;

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            if (!broken) {
                broken = true;
                ctx.fireExceptionCaught(new IllegalStateException("second"));
            }
            ChannelFuture _ = ctx.close(promise);
        }
    }
}
