package dev.weft.proxy;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An application of HTTP/2 by prior knowledge that does what a request's path says, and tells how its requests went. */
final class Http2Application implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Channel listener;
    /** Heads of requests, as text. */
    final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    /** "end" or "reset CODE", for each request. */
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    final AtomicInteger accepted = new AtomicInteger();
    final AtomicLong taken = new AtomicLong();
    private final Queue<Http2Connection> connections = new ConcurrentLinkedQueue<>();

    Http2Application() throws InterruptedException {
        this(Http2Settings.DEFAULTS);
    }

    Http2Application(Http2Settings settings) throws InterruptedException {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel created) {
                        accepted.incrementAndGet();
                        Http2Connection connection = Http2Connection.server(settings, new Events());
                        connection.ofManyUsers();
                        connections.add(connection);
                        created.pipeline().addLast(connection);
                    }
                })
                .bind(new InetSocketAddress(MeshFixture.LOOPBACK, 0))
                .sync()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    String nextHead() throws InterruptedException {
        String head = heads.poll(20, TimeUnit.SECONDS);
        return head == null ? "none" : head;
    }

    String nextEnd() throws InterruptedException {
        String end = ends.poll(20, TimeUnit.SECONDS);
        return end == null ? "none" : end;
    }

    /** Breaks off all connections. */
    void breakOff() {
        for (Http2Connection connection : connections) {
            ChannelFuture _ = connection.channel().close();
        }
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        breakOff();
        loops.shutdownGracefully(0, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private final class Events implements ConnectionListener {
        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            StringBuilder text = new StringBuilder();
            headers.forEach(field -> text.append(field.getKey())
                    .append('=')
                    .append(field.getValue())
                    .append(' '));
            heads.add(text.toString().strip());
            String path = String.valueOf(headers.path());
            Answer answer = new Answer(stream, path);
            answer.begin(endStream);
            return answer;
        }

        @Override
        public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
            connections.remove(gone);
        }
    }

    private final class Answer implements StreamListener {
        private final Http2Stream stream;
        private final String path;

        Answer(Http2Stream stream, String path) {
            this.stream = stream;
            this.path = path;
        }

        void begin(boolean ended) {
            if (path.startsWith("/reset/")) {
                stream.reset(ErrorCode.valueOf(path.substring("/reset/".length())));
            } else if (path.startsWith("/length/")) {
                say(new DefaultHttp2Headers().status("200").add("content-length", path.substring("/length/".length())));
                stream.sendData(Unpooled.copiedBuffer(new byte[5]), true);
            } else if (path.startsWith("/head/")) {
                String large = "x".repeat(Integer.parseInt(path.substring("/head/".length())));
                stream.sendHeaders(new DefaultHttp2Headers().status("200").add("x-large", large), true);
            } else if (path.startsWith("/begun/")) {
                say(new DefaultHttp2Headers().status("200").add("content-type", "application/grpc"));
                stream.reset(ErrorCode.valueOf(path.substring("/begun/".length())));
            } else if (path.equals("/goaway")) {
                stream.connection().goAway();
                stream.sendHeaders(new DefaultHttp2Headers().status("200"), true);
            } else if (path.equals("/silent/early")) {
                stream.sendHeaders(new DefaultHttp2Headers().status("200"), true);
            } else if (path.equals("/hints")) {
                say(new DefaultHttp2Headers().status("103").add("link", "</a>"));
                stream.sendHeaders(new DefaultHttp2Headers().status("200").add("weft-unseen", "1"), true);
            } else if (path.equals("/hints/endless")) {
                for (int i = 0; i < 100; i++) {
                    say(new DefaultHttp2Headers().status("103"));
                }
            } else if (path.startsWith("/flood")) {
                say(new DefaultHttp2Headers().status("200"));
                flood();
            } else if (!path.startsWith("/silent")) {
                say(new DefaultHttp2Headers().status("200"));
                if (ended) {
                    end();
                }
            }
            if (ended) {
                ends.add("end");
            }
        }

        private void say(Http2Headers headers) {
            stream.sendHeaders(headers, false);
        }

        private void flood() {
            while (stream.isWritable()) {
                stream.sendData(Unpooled.copiedBuffer(new byte[16 * 1024]), false);
            }
        }

        private void end() {
            stream.sendHeaders(new DefaultHttp2Headers().add("x-trailer", "last"), true);
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            heads.add("trailers " + headers.get("x-last"));
            onData(Unpooled.EMPTY_BUFFER, endStream);
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int bytes = data.readableBytes();
            taken.addAndGet(bytes);
            if (path.startsWith("/silent")) {
                data.release();
            } else {
                stream.consume(bytes);
                stream.sendData(data, false);
                if (endStream) {
                    end();
                }
            }
            if (endStream) {
                ends.add("end");
            }
        }

        @Override
        public void onReset(ErrorCode code) {
            ends.add("reset " + code);
        }

        @Override
        public void onWritable() {
            if (path.startsWith("/flood")) {
                flood();
            }
        }
    }
}
