package dev.weft.proxy.workloadapi;

import com.google.protobuf.MessageLite;
import dev.weft.proxy.control.GrpcMessages;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that says exactly what a test wants: any headers, any bytes, and reads when it is told to. */
final class RawClient implements AutoCloseable, ConnectionListener {
    private static final int KIB = 1024;

    /** Reads as it comes. */
    static final Http2Settings FAST = Http2Settings.DEFAULTS;
    /** Lets the server send one octet before it reads. */
    static final Http2Settings SLOW = new Http2Settings(
            1, 64 * KIB, 1024 * KIB, 16 * KIB, 100, 16 * KIB, 256 * KIB, 128 * KIB, Duration.ofSeconds(10));

    private final boolean slow;
    private final Channel channel;
    private final Http2Connection connection;
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

    RawClient(ApiFixture api, Http2Settings settings) throws Exception {
        slow = settings.equals(SLOW);
        connection = Http2Connection.client(settings, this);
        channel = new Bootstrap()
                .group(api.loops)
                .channel(EpollDomainSocketChannel.class)
                .handler(connection)
                .connect(new DomainSocketAddress(api.socket.toFile()))
                .sync()
                .channel();
        if (slow) {
            // Until the server has acknowledged the settings, windows are counted as if there were none.
            call(headers("Nothing")).headers();
        }
    }

    /** As other clients send them. */
    Http2Headers headers(String method) {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("localhost")
                .path("/SpiffeWorkloadAPI/" + method)
                .add("content-type", "application/grpc")
                .add("user-agent", "grpc-go/1.64.0")
                .add("te", "trailers")
                .add("workload.spiffe.io", "true");
    }

    RawCall call(Http2Headers headers) throws Exception {
        RawCall call = new RawCall();
        channel.eventLoop()
                .submit(() -> call.stream = connection.open(headers, false, call))
                .sync();
        return call;
    }

    /** Waits until the server has closed the connection. */
    void awaitClosed() throws InterruptedException {
        if (closed.poll(20, TimeUnit.SECONDS) == null) {
            throw new AssertionError("the connection is open");
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        throw new IllegalStateException("a server does not ask");
    }

    @Override
    public void onClosed(Http2Connection of, @Nullable Throwable cause) {
        closed.add(String.valueOf(cause));
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    /** One call. */
    final class RawCall implements StreamListener {
        private final BlockingQueue<Http2Headers> headers = new LinkedBlockingQueue<>();
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> resets = new LinkedBlockingQueue<>();
        private final GrpcMessages received = new GrpcMessages(KIB * KIB);
        private int held;
        private boolean reading = !slow;
        private volatile @Nullable Http2Stream stream;

        void send(MessageLite message, boolean last) {
            send(GrpcMessages.frame(message), last);
        }

        void send(byte[] bytes, boolean last) {
            send(Unpooled.wrappedBuffer(bytes), last);
        }

        private void send(ByteBuf data, boolean last) {
            channel.eventLoop().execute(() -> stream().sendData(data, last));
        }

        void read() {
            channel.eventLoop().execute(() -> {
                reading = true;
                stream().consume(held);
            });
        }

        byte[] next() throws InterruptedException {
            byte[] message = messages.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError(
                        "no message; headers " + headers + ", resets " + resets + ", closed " + closed);
            }
            return message;
        }

        /** The next headers, or trailers. */
        Http2Headers headers() throws InterruptedException {
            Http2Headers next = headers.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no headers; resets " + resets + ", closed " + closed);
            }
            return next;
        }

        private Http2Stream stream() {
            Http2Stream opened = stream;
            if (opened == null) {
                throw new IllegalStateException("no stream yet");
            }
            return opened;
        }

        @Override
        public void onHeaders(Http2Headers fields, boolean endStream) {
            headers.add(fields);
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int n = data.readableBytes();
            received.add(data);
            data.release();
            if (reading) {
                stream().consume(n);
            } else {
                held += n;
            }
            try {
                for (byte[] message = received.poll(); message != null; message = received.poll()) {
                    messages.add(message);
                }
            } catch (GrpcMessages.UnacceptableException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onReset(ErrorCode code) {
            resets.add(code.toString());
        }

        @Override
        public void onWritable() {}
    }
}
