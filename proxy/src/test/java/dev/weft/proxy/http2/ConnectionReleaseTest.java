package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that has ended is garbage at once: a sidecar makes two to the control plane for each renewal. */
class ConnectionReleaseTest {
    private static final int CONNECTIONS = 10;
    /** Of some milliseconds each: together less than any time that a connection is given for something. */
    private static final int COLLECTIONS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final LocalAddress address = new LocalAddress(ConnectionReleaseTest.class);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final List<WeakReference<Http2Connection>> ended = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void nothingHoldsAConnectionThatHasEnded() throws Exception {
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Http2Connection server =
                                Http2Connection.server(Http2Settings.DEFAULTS, new RecordingConnection());
                        ended.add(new WeakReference<>(server));
                        channel.pipeline().addLast(server);
                        accepted.add(channel);
                    }
                })
                .bind(address)
                .sync()
                .channel();
        for (int i = 0; i < CONNECTIONS; i++) {
            connectAndEnd(i % 2 == 0);
        }
        listener.close().sync();
        assertThat(ended).hasSize(2 * CONNECTIONS);
        for (int i = 0; i < COLLECTIONS && held() > 0; i++) {
            System.gc();
        }
        assertThat(held()).as("connections held of %s", ended.size()).isZero();
    }

    private void connectAndEnd(boolean gracefully) throws Exception {
        Http2Connection client = Http2Connection.client(Http2Settings.DEFAULTS, new RecordingConnection());
        ended.add(new WeakReference<>(client));
        Channel channel = new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(client)
                .connect(address)
                .sync()
                .channel();
        Channel peer = accepted.take();
        Http2Connection server = peer.pipeline().get(Http2Connection.class);
        peer.eventLoop()
                .submit(() -> {
                    if (gracefully) {
                        server.goAway();
                    } else {
                        client.close(ErrorCode.NO_ERROR);
                    }
                })
                .sync();
        channel.closeFuture().sync();
        peer.closeFuture().sync();
        // What closing has set off on the loop has run after this.
        peer.eventLoop().submit(() -> {}).sync();
    }

    private long held() {
        return ended.stream().filter(reference -> !reference.refersTo(null)).count();
    }
}
