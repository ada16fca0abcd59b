package dev.weft.proxy.tunnel;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer of the tests that sends requests in a tunnel each as a stream of its own, well-formed or not. */
public final class RequestPeer implements AutoCloseable {
    private final CompletableFuture<Http2Connection> connected = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final Channel channel;

    /** @param says whether it says that it knows such requests, as a sidecar does */
    public RequestPeer(EventLoopGroup loops, int port, Credentials credentials, boolean says) throws Exception {
        channel = connect(loops, port, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel created) {
                SslHandler ssl = credentials.client().newHandler(created.alloc());
                Secured secured = new Secured(says);
                created.pipeline().addLast(ssl, new TunnelHandshake(secured::secured, secured::failed));
            }
        });
        connected.get(30, TimeUnit.SECONDS);
    }

    /** An application instead: it asks in a connection of its own, without TLS. */
    public RequestPeer(EventLoopGroup loops, int port) throws Exception {
        channel = connect(loops, port, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel created) {
                created.pipeline().addLast(Http2Connection.client(Http2Settings.DEFAULTS, new Events()));
            }
        });
        connected.get(30, TimeUnit.SECONDS);
    }

    private static Channel connect(EventLoopGroup loops, int port, ChannelInitializer<Channel> first)
            throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .handler(first)
                .connect("127.0.0.1", port)
                .sync()
                .channel();
    }

    /** Whether the server says that it knows such requests. */
    public boolean serverOffers() {
        return connected.join().peerOffersRequests();
    }

    /** Whether the server ends the tunnel. */
    public boolean ends() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    /** Fields in pairs of name and value, which may be anything. */
    public static Http2Headers fields(String... pairs) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    /** Sends a request's head. */
    public Asked ask(Http2Headers headers, boolean ends) {
        Asked asked = new Asked();
        onLoop(() -> asked.stream = connected.join().open(headers, ends, asked));
        return asked;
    }

    /** Opens so many requests, and breaks each off at once. */
    public void openAndReset(Http2Headers headers, int count) {
        for (int i = 0; i < count; i++) {
            channel.eventLoop().execute(() -> {
                if (connected.join().canOpen()) {
                    connected.join().open(headers, false, new Asked()).reset(ErrorCode.CANCEL);
                    connected.join().flush();
                }
            });
        }
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().submit(task).syncUninterruptibly();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    /** A request that was sent. Its answers are consumed unless told otherwise. */
    public final class Asked implements StreamListener {
        private @Nullable Http2Stream stream;
        /** Heads as text, "data NUMBER", "end", "reset CODE". */
        public final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        public volatile boolean consumes = true;
        public volatile boolean writable = true;

        private Http2Stream stream() {
            return java.util.Objects.requireNonNull(stream);
        }

        public String next() throws InterruptedException {
            String event = events.poll(20, TimeUnit.SECONDS);
            return event == null ? "nothing" : event;
        }

        /** The next that is no data. */
        public String nextButData() throws InterruptedException {
            String event = next();
            while (event.startsWith("data")) {
                event = next();
            }
            return event;
        }

        public String body() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }

        public Asked send(byte[] data, boolean ends) {
            onLoop(() -> {
                stream().sendData(Unpooled.copiedBuffer(data), ends);
                writable = stream().isWritable();
            });
            return this;
        }

        public Asked trailers(Http2Headers trailers) {
            onLoop(() -> stream().sendHeaders(trailers, true));
            return this;
        }

        public void reset(ErrorCode code) {
            onLoop(() -> stream().reset(code));
        }

        /** Bytes that the server has not taken. */
        public int queued() {
            int[] queued = new int[1];
            onLoop(() -> queued[0] = stream().queued());
            return queued[0];
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            StringBuilder text = new StringBuilder();
            headers.forEach(field -> text.append(field.getKey())
                    .append('=')
                    .append(field.getValue())
                    .append(' '));
            events.add(text.toString().strip());
            end(endStream);
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int bytes = data.readableBytes();
            body.writeBytes(ByteBufUtil.getBytes(data));
            data.release();
            if (consumes) {
                stream().consume(bytes);
            }
            if (bytes > 0) {
                events.add("data " + bytes);
            }
            end(endStream);
        }

        private void end(boolean endStream) {
            if (endStream) {
                events.add("end");
            }
        }

        @Override
        public void onReset(ErrorCode code) {
            events.add("reset " + code);
        }

        @Override
        public void onWritable() {
            writable = true;
        }
    }

    private final class Secured {
        private final boolean says;

        Secured(boolean says) {
            this.says = says;
        }

        void secured(Channel context, SslHandler ssl) {
            Http2Connection connection = Http2Connection.client(Http2Settings.DEFAULTS, new Events());
            if (says) {
                connection.offerRequests();
            }
            context.pipeline().addLast(connection);
        }

        void failed(Throwable cause) {
            connected.completeExceptionally(cause);
        }
    }

    private final class Events implements ConnectionListener {
        @Override
        public void onReady(Http2Connection ready) {
            connected.complete(ready);
        }

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            throw new IllegalStateException("request from a server");
        }

        @Override
        public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
            connected.completeExceptionally(new EOFException("closed: " + cause));
            closed.complete(true);
        }
    }
}
