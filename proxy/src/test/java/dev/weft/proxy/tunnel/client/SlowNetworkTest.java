package dev.weft.proxy.tunnel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that the question for a sign of life has not reached yet: it is behind other octets. */
@Timeout(30)
class SlowNetworkTest {
    private static final Duration ALLOWED = Duration.ofSeconds(1);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final CountDownLatch lost = new CountDownLatch(1);
    private volatile boolean takes = true;

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void take(ServerSocket server) {
        byte[] piece = new byte[64 * 1024];
        try (Socket socket = server.accept()) {
            while (takes && socket.getInputStream().read(piece) >= 0) {}
            lost.await();
        } catch (IOException | InterruptedException e) {
            // the test has ended
        }
    }

    private static void send(Channel channel) {
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1 << 20])).addListener(sent -> {
            if (sent.isSuccess()) {
                send(channel);
            }
        });
    }

    @Test
    void isNotLostWhileItTakesOctetsAndIsOnceItTakesNone() throws Exception {
        PeerSilence silence = new PeerSilence(ALLOWED, () -> true, () -> {}, lost::countDown);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread _ = Thread.startVirtualThread(() -> take(server));
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(EpollSocketChannel.class)
                    .handler(silence)
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            channel.eventLoop().execute(silence::watch);
            channel.eventLoop().execute(() -> send(channel));
            assertThat(lost.await(2 * ALLOWED.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
            takes = false;
            lost.await();
            channel.close().sync();
        }
    }
}
