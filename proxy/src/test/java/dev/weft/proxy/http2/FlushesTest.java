package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushesTest {
    private static final long SECONDS = 10;

    private final Pair pair = new Pair();
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @AfterEach
    void close() {
        pair.close();
        loop.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private RecordingStream open() {
        RecordingStream response = Http2ConnectionTest.open(pair, false);
        pair.pump();
        return response;
    }

    private static ByteBuf text(String text) {
        return ByteBufUtil.writeUtf8(Unpooled.buffer().alloc(), text);
    }

    @Test
    void headersSentAheadLeaveWithWhatFollows() {
        RecordingStream first = open();
        RecordingStream second = open();
        pair.serverEvents.request(0).stream().sendHeadersAhead(new DefaultHttp2Headers().status("200"));
        pair.pump();
        assertThat(first.headers).isEmpty();

        RecordingStream other = pair.serverEvents.request(1);
        other.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        other.stream().sendData(text("data"), false);
        pair.serverChannel.runPendingTasks();
        ByteBuf together = pair.serverChannel.readOutbound();
        ByteBuf more = pair.serverChannel.readOutbound();
        assertThat(more).as("a second departure").isNull();
        pair.clientChannel.writeInbound(together);
        assertThat(first.headers).hasSize(1);
        assertThat(second.text()).isEqualTo("data");
    }

    @Test
    void headersSentAheadLeaveByThemselvesAfterAMoment() {
        RecordingStream response = open();
        pair.serverEvents.request(0).stream().sendHeadersAhead(new DefaultHttp2Headers().status("200"));
        pair.pump();
        assertThat(response.headers).isEmpty();
        pair.passMoment();
        assertThat(response.headers).hasSize(1);
    }

    @Test
    void anEndThatIsAwaitedLeavesAtOnceAndTheLastOneAfterAMoment() {
        RecordingStream response = open();
        RecordingStream request = pair.serverEvents.request(0);
        request.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        request.stream().sendData(Unpooled.EMPTY_BUFFER, true);
        pair.pump();
        assertThat(response.ended).isTrue();
        response.stream().sendData(Unpooled.EMPTY_BUFFER, true);
        pair.pump();
        assertThat(request.ended).isFalse();
        pair.passMoment();
        assertThat(request.ended).isTrue();
    }

    @Test
    void whatIsHeldBackLeavesBeforeTheConnectionCloses() {
        RecordingStream response = open();
        pair.serverEvents.request(0).stream().sendHeadersAhead(new DefaultHttp2Headers().status("200"));
        pair.server.close(ErrorCode.NO_ERROR);
        pair.pump();
        assertThat(response.headers).hasSize(1);
    }

    /** On a real loop: bytes that a just accepted connection has brought leave together with its request. */
    @Test
    void aRequestLeavesWithTheFirstBytesOfItsConnection() throws Exception {
        Http2Connection client = Http2Connection.client(Http2Settings.DEFAULTS, new RecordingConnection());
        AtomicInteger departures = new AtomicInteger();
        BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        Channel sink = listen(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ((ByteBuf) message).release();
            }
        });
        Channel tunnel = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new ChannelOutboundHandlerAdapter() {
                                            @Override
                                            public void flush(ChannelHandlerContext context) {
                                                departures.incrementAndGet();
                                                context.flush();
                                            }
                                        },
                                        client);
                    }
                })
                .connect(sink.localAddress())
                .syncUninterruptibly()
                .channel();
        CompletableFuture<Integer> before = new CompletableFuture<>();
        tunnel.eventLoop().execute(() -> tunnel.eventLoop().execute(() -> before.complete(departures.get())));
        before.get(SECONDS, TimeUnit.SECONDS);

        Channel near = listen(new ChannelInboundHandlerAdapter() {
            private @Nullable Http2Stream stream;

            @Override
            public void channelActive(ChannelHandlerContext context) {
                stream = client.open(Http2ConnectionTest.connect(), false, new RecordingStream());
                context.read();
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                sent.add(((ByteBuf) message).toString(StandardCharsets.UTF_8) + ", departures before: "
                        + departures.get());
                Objects.requireNonNull(stream, "stream").sendData((ByteBuf) message, false);
                context.executor().execute(() -> sent.add("departures: " + departures.get()));
            }
        });
        int already = before.get();
        InetSocketAddress address = (InetSocketAddress) near.localAddress();
        CompletableFuture<Void> held = new CompletableFuture<>();
        // The loop is busy with something else until the connection stands and has brought its bytes.
        loop.execute(held::join);
        try (Socket application = new Socket(address.getAddress(), address.getPort())) {
            application.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            held.complete(null);
            assertThat(sent.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("hello, departures before: " + already);
            assertThat(sent.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("departures: " + (already + 1));
        }
    }

    private Channel listen(ChannelInboundHandlerAdapter handler) {
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(handler)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }
}
