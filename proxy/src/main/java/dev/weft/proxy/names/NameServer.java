package dev.weft.proxy.names;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.loop.LoopTimer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Accepts DNS questions on loopback, over UDP and TCP. Everything runs on one event loop. */
final class NameServer {
    /** Most TCP connections at a time; for a further one, the one without a question for longest is closed. */
    static final int MAX_CONNECTIONS = 64;
    /** A connection without a question for this long is closed. */
    static final Duration IDLE = Duration.ofSeconds(10);

    private static final InetAddress IPV4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("::1");
    /** Most octets of a question that are read; over UDP, a longer one is cut, and so malformed. */
    private static final int MAX_QUESTION = 4096;

    private final Sockets sockets;
    private final EventLoop loop;
    private final QueryHandling handling;
    private final List<Channel> listeners = new ArrayList<>();
    /** The connections, the one without a question for longest first. Owned by the event loop. */
    private final SequencedSet<Channel> connections = new LinkedHashSet<>();

    NameServer(Sockets sockets, EventLoop loop, QueryHandling handling) {
        this.sockets = sockets;
        this.loop = loop;
        this.handling = handling;
    }

    /**
     * Binds UDP and TCP on IPv4 and IPv6; a machine without IPv6 has only IPv4. Returns the port, which the kernel
     * chooses for 0. Throws IllegalStateException when the port is taken; then nothing is bound.
     */
    int open(int port) {
        ChannelFuture stream =
                stream(IPV4).bind(new InetSocketAddress(IPV4, port)).awaitUninterruptibly();
        int bound = port(stream, port);
        port(datagrams(IPV4).bind(new InetSocketAddress(IPV4, bound)).awaitUninterruptibly(), bound);
        ChannelFuture stream6 =
                stream(IPV6).bind(new InetSocketAddress(IPV6, bound)).awaitUninterruptibly();
        if (stream6.isSuccess()) {
            listeners.add(stream6.channel());
            port(datagrams(IPV6).bind(new InetSocketAddress(IPV6, bound)).awaitUninterruptibly(), bound);
        }
        return bound;
    }

    private int port(ChannelFuture binding, int wanted) {
        if (!binding.isSuccess()) {
            close();
            throw new IllegalStateException(
                    "names port " + wanted + ": " + binding.cause().getMessage() + " (expected: a port that is free)",
                    binding.cause());
        }
        listeners.add(binding.channel());
        return ((InetSocketAddress) binding.channel().localAddress()).getPort();
    }

    void close() {
        listeners.forEach(NameServer::end);
        listeners.clear();
    }

    private static void end(Channel channel) {
        var _ = channel.close();
    }

    private Bootstrap datagrams(InetAddress address) {
        return sockets.datagrams(loop, address, MAX_QUESTION, new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                InetSocketAddress client = packet.sender();
                handling.handle(ByteBufUtil.getBytes(packet.content()), client, false, answer -> {
                    var _ = context.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(answer), client));
                });
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                // The client did not wait for its answer: the socket stays open.
            }
        });
    }

    private ServerBootstrap stream(InetAddress address) {
        return sockets.listener(
                        loop, Sockets.Peer.APPLICATION, address, true, new ChannelInitializer<EpollSocketChannel>() {
                            @Override
                            protected void initChannel(EpollSocketChannel client) {
                                if (!sockets.descriptors().allow(Descriptors.Use.PAGES, client, loop)) {
                                    end(client);
                                    return;
                                }
                                if (connections.size() >= MAX_CONNECTIONS) {
                                    end(connections.removeFirst());
                                }
                                connections.add(client);
                                var _ = client.closeFuture().addListener(_ -> connections.remove(client));
                                client.pipeline().addLast(UpstreamQuery.frames(MAX_QUESTION), new Stream());
                            }
                        })
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    }

    /** A TCP connection: it reads one question after the other, and sends answers as they arrive (RFC 7766). */
    private final class Stream extends SimpleChannelInboundHandler<ByteBuf> {
        private final LoopTimer idle = new LoopTimer();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            rest(context);
        }

        private void rest(ChannelHandlerContext context) {
            idle.start(loop, IDLE, () -> end(context.channel()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            rest(context);
            if (connections.remove(context.channel())) {
                connections.add(context.channel());
            }
            if (!context.channel().isWritable()) {
                end(context.channel()); // the client asks, but does not read
                return;
            }
            handling.handle(ByteBufUtil.getBytes(message), context.channel().remoteAddress(), true, answer -> {
                var _ = context.writeAndFlush(UpstreamQuery.framed(answer));
            });
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            idle.cancel();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(context.channel());
        }
    }
}
