package dev.weft.proxy.trace;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FutureListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans to a collector, by OTLP over HTTP/1.1. Each batch is a POST on its own connection, straight from the
 * sidecar and in plaintext. Calls block, so they must not be on an event loop.
 */
final class Collector {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final URI endpoint;
    private final Sockets sockets;
    private final EventLoop loop;

    /** @param endpoint http, with host, port and path */
    Collector(URI endpoint, Sockets sockets, EventLoop loop) {
        this.endpoint = endpoint;
        this.sockets = sockets;
        this.loop = loop;
    }

    /**
     * Sends one message.
     *
     * @throws IOException if the collector did not accept it within ten seconds
     */
    void post(byte[] body) throws IOException, InterruptedException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getByName(unbracketed(endpoint.getHost())), endpoint.getPort());
        Answer answer = new Answer(request(body));
        var _ = sockets.connect(loop, Sockets.Peer.NETWORK, Descriptors.Use.PAGES, address, PATIENCE, answer)
                .addListener((FutureListener<Channel>) done -> {
                    if (!done.isSuccess()) {
                        answer.status.completeExceptionally(done.cause());
                    }
                });
        try {
            int status = answer.status.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (status != OK) {
                throw new IOException("it answered with status " + status + " (expected: 200)");
            }
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        } catch (TimeoutException e) {
            throw new IOException("it did not answer within " + PATIENCE.toSeconds() + " s", e);
        } finally {
            answer.close();
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private byte[] request(byte[] body) {
        String head = "POST " + endpoint.getRawPath() + " HTTP/1.1\r\nHost: " + endpoint.getRawAuthority()
                + "\r\nContent-Type: application/x-protobuf\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    /** Sends the request once it is connected, and reads only the status of the response. */
    private static final class Answer extends ChannelInboundHandlerAdapter {
        private static final int STATUS_LINE = "HTTP/1.1 200".length();
        private static final int STATUS = "HTTP/1.1 ".length();

        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final StringBuilder line = new StringBuilder(STATUS_LINE);
        private byte[] request;
        private volatile @Nullable Channel channel;

        Answer(byte[] request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            if (status.isDone()) {
                var _ = ctx.close(); // the caller does not wait any more
                return;
            }
            var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(request));
            request = new byte[0];
            ctx.channel().config().setAutoRead(true);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            int taken = Math.min(data.readableBytes(), STATUS_LINE - line.length());
            line.append(new String(ByteBufUtil.getBytes(data, data.readerIndex(), taken), StandardCharsets.ISO_8859_1));
            data.release();
            if (line.length() == STATUS_LINE && !status.isDone()) {
                try {
                    status.complete(Integer.parseInt(line.substring(STATUS)));
                } catch (NumberFormatException _) {
                    status.completeExceptionally(new IOException("what it answered is not HTTP"));
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            status.completeExceptionally(new IOException("it closed the connection without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            status.completeExceptionally(new IOException("the connection broke: " + cause.getMessage(), cause));
            var _ = ctx.close();
        }

        void close() {
            status.cancel(false);
            Channel opened = channel;
            if (opened != null) {
                var _ = opened.close();
            }
        }
    }
}
