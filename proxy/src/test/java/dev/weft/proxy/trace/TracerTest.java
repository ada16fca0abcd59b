package dev.weft.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.settings.TraceSettings;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TracerTest {
    private static final Span SPAN = new Span(
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            "",
            true,
            "GET",
            Instant.EPOCH,
            Duration.ZERO,
            List.of(),
            false);

    /** One that takes the connection and says nothing: the thread that sends waits for it, and no one else does. */
    @Test
    void spansBeyondTheQueueAreDroppedAndCounted() throws Exception {
        Metrics metrics = new Metrics();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ServerSocket silent = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            TraceSettings settings = new TraceSettings(
                    Optional.of(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/v1/traces")), 1);
            Sockets sockets = new Sockets(0, new Descriptors(() -> Integer.MAX_VALUE));
            try (Tracer tracer = Tracer.start(settings, sockets, loops.next(), metrics, "shop/api", "1")) {
                for (int i = 0; i < Tracer.MAX_QUEUED + Tracer.MAX_BATCH + 100; i++) {
                    tracer.offer(SPAN);
                }
                assertThat(metrics.text()).containsPattern("weft_spans_total\\{result=\"dropped\"} [1-9][0-9]{2}");
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aSpanThatCannotBeWrittenIsCountedAndTheNextIsSent() throws Exception {
        Metrics metrics = new Metrics();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (OtlpReceiver collector = new OtlpReceiver()) {
            TraceSettings settings = new TraceSettings(Optional.of(URI.create(collector.endpoint() + "/v1/traces")), 1);
            Sockets sockets = new Sockets(0, new Descriptors(() -> Integer.MAX_VALUE));
            try (Tracer tracer = Tracer.start(settings, sockets, loops.next(), metrics, "shop/api", "1")) {
                tracer.offer(new Span(
                        "no hexadecimal digits",
                        SPAN.spanId(),
                        "",
                        SPAN.served(),
                        SPAN.name(),
                        SPAN.start(),
                        SPAN.duration(),
                        SPAN.attributes(),
                        false));
                Waiting.until(() -> metrics.text().contains("weft_spans_total{result=\"failed\"} 1"));
                tracer.offer(SPAN);
                Waiting.until(() -> !collector.spans.isEmpty());
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
