package dev.weft.proxy.names;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.loop.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A question to one name server, on its own socket, until the server answers or the time is over. */
final class UpstreamQuery {
    /**
     * Most responses to other questions, which an attacker who guesses ids sends: after these the question is given up.
     */
    private static final int MAX_MISMATCHES = 64;

    private static final int MAX_MESSAGE = 65_535;
    private static final int LENGTH_BYTES = 2;

    private final Query query;
    private final int id;
    private final Consumer<byte @Nullable []> callback;
    private final LoopTimer expiry = new LoopTimer();
    private @Nullable Channel channel;
    private int mismatches;
    private boolean done;

    private UpstreamQuery(Upstreams.Way way, Query query, Consumer<byte @Nullable []> callback) {
        this.query = query;
        this.id = way.ids().getAsInt() & 0xffff;
        this.callback = callback;
        expiry.start(way.loop(), Upstreams.ATTEMPT, () -> end(null));
    }

    /**
     * Sends the question. Calls back once, with {@code null} if no usable answer arrived. Must be called on the event
     * loop.
     */
    static void ask(
            Upstreams.Way way,
            Query query,
            boolean tcp,
            InetSocketAddress server,
            Consumer<byte @Nullable []> callback) {
        UpstreamQuery question = new UpstreamQuery(way, query, callback);
        Future<Channel> connecting = tcp ? question.stream(way, server) : question.datagrams(way, server);
        var _ = connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                question.send(connecting.getNow(), tcp);
            } else {
                question.end(null);
            }
        });
    }

    private Future<Channel> datagrams(Upstreams.Way way, InetSocketAddress server) {
        return way.sockets().datagramsTo(way.loop(), Descriptors.Use.SESSION, server, MAX_MESSAGE, new Answers());
    }

    private Future<Channel> stream(Upstreams.Way way, InetSocketAddress server) {
        return way.sockets()
                .connect(
                        way.loop(),
                        Sockets.Peer.NETWORK,
                        Descriptors.Use.SESSION,
                        server,
                        Upstreams.ATTEMPT,
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel opened) {
                                opened.pipeline().addLast(frames(MAX_MESSAGE), new Answers());
                            }
                        });
    }

    /** Receives datagrams, or the messages of a TCP stream. */
    private final class Answers extends SimpleChannelInboundHandler<Object> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            received(message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(null); // for example, no server listens there
        }
    }

    /** Splits a TCP stream into messages, RFC 1035 section 4.2.2. */
    static LengthFieldBasedFrameDecoder frames(int most) {
        return new LengthFieldBasedFrameDecoder(most + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
    }

    /** Returns a message as it is sent over TCP. */
    static ByteBuf framed(byte[] message) {
        ByteBuf frame = Unpooled.buffer(LENGTH_BYTES + message.length);
        return frame.writeShort(message.length).writeBytes(message);
    }

    private void send(Channel open, boolean tcp) {
        if (done) {
            var _ = open.close();
            return;
        }
        channel = open;
        if (tcp) {
            open.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            open.config().setAutoRead(true);
        }
        byte[] message = query.withId(id);
        var _ = open.writeAndFlush(tcp ? framed(message) : Unpooled.wrappedBuffer(message))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        end(null);
                    }
                });
    }

    private void received(ByteBuf content) {
        byte[] response = ByteBufUtil.getBytes(content);
        if (query.isAnsweredBy(response, id)) {
            byte[] own = Arrays.copyOf(response, response.length);
            Dns.number(own, 0, query.id());
            end(own);
        } else if (++mismatches >= MAX_MISMATCHES) {
            end(null);
        }
    }

    private void end(byte @Nullable [] response) {
        if (done) {
            return;
        }
        done = true;
        expiry.cancel();
        if (channel != null) {
            var _ = channel.close();
        }
        callback.accept(response);
    }
}
