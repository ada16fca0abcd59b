package dev.weft.proxy;

import dev.weft.proxy.identity.Credentials;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between two sidecars with the certificates and keys of both: terminates the tunnel towards each, reads everything,
 * passes everything on.
 */
final class Terminator implements AutoCloseable {
    final AtomicLong read = new AtomicLong();
    private final Channel listener;

    Terminator(EventLoopGroup loops, int target, Credentials ofTheServer, Credentials ofTheClient) throws Exception {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel caller) {
                        Channel callee = new Bootstrap()
                                .group(caller.eventLoop())
                                .channel(EpollSocketChannel.class)
                                .handler(new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        SslHandler ssl = ofTheClient.client().newHandler(channel.alloc());
                                        channel.pipeline().addLast(ssl, new Pump(caller));
                                    }
                                })
                                .connect("127.0.0.1", target)
                                .channel();
                        SslHandler ssl = ofTheServer.server().newHandler(caller.alloc());
                        caller.pipeline().addLast(ssl, new Pump(callee));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
    }

    /** Netty keeps what is written before the other side's handshake has ended. */
    private final class Pump extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Pump(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            read.incrementAndGet();
            var _ = other.writeAndFlush(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            var _ = other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
