package dev.weft.control.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.testing.Waiting;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConnectionGateTest {

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** It reaches no tail of the pipeline, which would write it into the log with its stack each time. */
    @Test
    void countsWhatCannotBeAcceptedAndTriesAgain() {
        Metrics metrics = new Metrics();
        LocalServerChannel listener = new ConnectionGate(Limits.STANDARD, metrics).guard(new LocalServerChannel());
        AtomicBoolean passed = new AtomicBoolean();
        listener.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                passed.set(true);
            }
        });
        loops.register(listener).syncUninterruptibly();
        listener.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
        Waiting.until(() -> !listener.config().isAutoRead());
        assertThat(metrics.text()).contains("weft_control_connections_refused_total{limit=\"accept\"} 1");
        Waiting.until(() -> listener.config().isAutoRead());
        assertThat(passed).isFalse();
        listener.close().syncUninterruptibly();
    }
}
