package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.limit.Descriptors;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketsTest {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Sockets sockets = new Sockets(0, Descriptors.ofProcess());

    @AfterEach
    void close() {
        loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    /**
     * The kernel also counts the time that a peer keeps its window closed against TCP_USER_TIMEOUT: a program that pauses
     * reading for minutes would lose its connection.
     */
    @ParameterizedTest
    @CsvSource({"APPLICATION, false, 0", "NETWORK, true, 0", "SIDECAR, true, 120000"})
    void judgesSilenceByWhoIsSilent(Sockets.Peer peer, boolean keepAlive, int userTimeoutMillis) throws Exception {
        BlockingQueue<EpollSocketChannel> accepted = new LinkedBlockingQueue<>();
        ServerBootstrap listener =
                sockets.listener(loops, peer, InetAddress.getLoopbackAddress(), true, new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                        accepted.add(channel);
                    }
                });
        InetSocketAddress address =
                (InetSocketAddress) listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel()
                        .localAddress();
        Channel client = sockets.connect(
                        loops.next(),
                        peer,
                        Descriptors.Use.SESSION,
                        address,
                        Duration.ofSeconds(5),
                        new ChannelInboundHandlerAdapter())
                .syncUninterruptibly()
                .getNow();
        EpollSocketChannel server = accepted.poll(30, TimeUnit.SECONDS);
        assertThat(server).isNotNull();
        for (ChannelConfig config : new ChannelConfig[] {client.config(), server.config()}) {
            assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isEqualTo(keepAlive);
            assertThat(config.getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(userTimeoutMillis);
            assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isTrue();
        }
    }
}
