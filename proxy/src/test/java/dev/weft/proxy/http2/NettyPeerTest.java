package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each side of the codec against Netty's own, on real sockets. */
class NettyPeerTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final byte[] bulk = new byte[8 << 20];

    @AfterEach
    void stop() throws Exception {
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void ourClientMovesBytesBothWaysThroughTheirServer() throws Exception {
        fill();
        Channel listener = listen(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build(), new Http2MultiplexHandler(new Echo()));
            }
        });
        for (int i = 0; i < 3; i++) {
            Collector collector = new Collector();
            Http2Connection connection = Http2Connection.client(Http2Settings.DEFAULTS, new Quiet());
            Channel channel = connect(listener, connection);
            channel.eventLoop().execute(() -> {
                Http2Stream stream = connection.open(Http2ConnectionTest.connect(), false, collector);
                collector.stream = stream;
                stream.sendData(Unpooled.wrappedBuffer(bulk), false);
                stream.askToReconnect(); // which it does not know, and must ignore
                stream.sendHeaders(new DefaultHttp2Headers().add("last", "one"), true);
            });
            assertThat(collector.all.get(20, TimeUnit.SECONDS)).isEqualTo(bulk);
            channel.close().sync();
        }
    }

    @Test
    void ourServerMovesBytesBothWaysForTheirClient() throws Exception {
        fill();
        Channel listener = listen(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Http2Connection.server(Http2Settings.DEFAULTS, new EchoRequests()));
            }
        });
        Channel channel = connect(
                listener,
                Http2FrameCodecBuilder.forClient().build(),
                new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
        TheirCollector collector = new TheirCollector();
        Http2StreamChannel stream = new Http2StreamChannelBootstrap(channel)
                .handler(collector)
                .open()
                .sync()
                .get();
        var _ = stream.write(new DefaultHttp2HeadersFrame(Http2ConnectionTest.connect()));
        var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bulk), true, 17));
        assertThat(collector.all.get(20, TimeUnit.SECONDS)).isEqualTo(bulk);
        channel.close().sync();
    }

    @Test
    void theirClientHearsOfOurResetAndWeOfTheirs() throws Exception {
        BlockingQueue<ErrorCode> resets = new LinkedBlockingQueue<>();
        Channel listener = listen(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Http2Connection.server(Http2Settings.DEFAULTS, new Resetting(resets)));
            }
        });
        Channel channel = connect(
                listener,
                Http2FrameCodecBuilder.forClient().build(),
                new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
        TheirCollector refused = new TheirCollector();
        Http2StreamChannel first = new Http2StreamChannelBootstrap(channel)
                .handler(refused)
                .open()
                .sync()
                .get();
        var _ = first.writeAndFlush(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().method("CONNECT").authority("refuse:1")));
        assertThat(refused.resets.poll(30, TimeUnit.SECONDS)).isEqualTo(Http2Error.REFUSED_STREAM.code());
        Http2StreamChannel second = new Http2StreamChannelBootstrap(channel)
                .handler(new TheirCollector())
                .open()
                .sync()
                .get();
        second.writeAndFlush(new DefaultHttp2HeadersFrame(Http2ConnectionTest.connect()))
                .sync();
        second.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).sync();
        assertThat(resets.poll(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
        channel.close().sync();
    }

    private void fill() {
        new Random(1).nextBytes(bulk);
    }

    private Channel listen(ChannelInitializer<Channel> initializer) throws InterruptedException {
        return new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childHandler(initializer)
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    private Channel connect(Channel listener, ChannelHandler... handlers) throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handlers);
                    }
                })
                .connect(listener.localAddress())
                .sync()
                .channel();
    }

    /** Sends back what comes, to the end. */
    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            @Nullable
            Object answer = switch (message) {
                case Http2HeadersFrame headers
                when headers.isEndStream() ->
                    new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("end", "yes"), true);
                case Http2HeadersFrame _ -> new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"));
                case Http2DataFrame data -> new DefaultHttp2DataFrame(data.content(), data.isEndStream());
                default -> null;
            };
            if (answer == null) {
                ReferenceCountUtil.release(message);
            } else {
                var _ = ctx.writeAndFlush(answer);
            }
        }
    }

    private static final class TheirCollector extends ChannelInboundHandlerAdapter {
        final CompletableFuture<byte[]> all = new CompletableFuture<>();
        final BlockingQueue<Long> resets = new LinkedBlockingQueue<>();
        private final ByteBuf received = Unpooled.buffer();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2DataFrame data) {
                received.writeBytes(data.content());
                if (data.isEndStream()) {
                    all.complete(Arrays.copyOf(received.array(), received.readableBytes()));
                }
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                resets.add(reset.errorCode());
            }
        }
    }

    private static class Quiet implements ConnectionListener {
        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            throw new IllegalStateException("a request to a client");
        }

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {}
    }

    private static final class EchoRequests extends Quiet {
        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
            Collector echo = new Collector();
            echo.stream = stream;
            echo.echoes = true;
            return echo;
        }
    }

    private static final class Resetting extends Quiet {
        private final BlockingQueue<ErrorCode> resets;

        Resetting(BlockingQueue<ErrorCode> resets) {
            this.resets = resets;
        }

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            if (headers.authority().toString().startsWith("refuse")) {
                stream.reset(ErrorCode.REFUSED_STREAM);
            }
            Collector collector = new Collector();
            collector.resets = resets;
            return collector;
        }
    }

    /** Collects what comes, or sends it back. */
    private static final class Collector implements StreamListener {
        final CompletableFuture<byte[]> all = new CompletableFuture<>();
        private final ByteBuf received = Unpooled.buffer();

        @Nullable
        Http2Stream stream;

        boolean echoes;
        BlockingQueue<ErrorCode> resets = new LinkedBlockingQueue<>();

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            if (endStream) {
                complete();
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int n = data.readableBytes();
            Http2Stream own = Objects.requireNonNull(stream, "stream");
            if (echoes) {
                own.sendData(data, endStream);
            } else {
                received.writeBytes(data);
                data.release();
            }
            own.consume(n);
            if (endStream) {
                complete();
            }
        }

        private void complete() {
            all.complete(Arrays.copyOf(received.array(), received.readableBytes()));
        }

        @Override
        public void onReset(ErrorCode code) {
            resets.add(code);
        }

        @Override
        public void onWritable() {}
    }
}
