package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.TunnelHandshake;
import dev.weft.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kept connections to an endpoint whose sidecar is Weft's, or another one that knows only what HBONE needs. */
@Timeout(60)
class OtherPeersTest {
    private final AtomicInteger reconnects = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyWeftsPeersAreAskedToEndAConnection(boolean weft) throws Exception {
        try (MeshFixture mesh = new MeshFixture(MeshFixture.NOWHERE)) {
            Channel peer = listen(mesh, weft);
            mesh.route(to(mesh, peer, MeshFixture.NOWHERE));
            try (HttpCaller caller = new HttpCaller(mesh)) {
                assertThat(caller.get("/").body()).isEqualTo("ok");
                mesh.route(to(mesh, peer, MeshFixture.NOWHERE, MeshFixture.NOWHERE_EITHER));
                if (weft) {
                    Waiting.until("asked", () -> reconnects.get() == 1);
                } else {
                    mesh.awaitLoop();
                }
                assertThat(caller.get("/").body()).isEqualTo("ok");
            }
            assertThat(reconnects).hasValue(weft ? 1 : 0);
            peer.close().sync();
        }
    }

    private static Route to(MeshFixture mesh, Channel peer, InetSocketAddress... applications) {
        int port = ((InetSocketAddress) peer.localAddress()).getPort();
        List<Route.Endpoint> endpoints = new ArrayList<>();
        for (InetSocketAddress application : applications) {
            endpoints.add(new Route.Endpoint(application, mesh.authority.id("api"), port, 1, Hint.HTTP1));
        }
        return new Route.ToEndpoints(endpoints, null, "shop/api");
    }

    private Channel listen(MeshFixture mesh, boolean weft) throws InterruptedException {
        Credentials credentials = mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.bundles);
        return new ServerBootstrap()
                .group(mesh.loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        Secured secured = new Secured(weft);
                        accepted.pipeline()
                                .addLast(
                                        credentials.server().newHandler(accepted.alloc()),
                                        new TunnelHandshake(secured::secured, secured::failed));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    private final class Secured implements ConnectionListener {
        private final boolean weft;

        Secured(boolean weft) {
            this.weft = weft;
        }

        void secured(Channel context, SslHandler ssl) {
            Http2Connection connection = Http2Connection.server(Http2Settings.DEFAULTS, this);
            if (weft) {
                connection.offerRequests();
            }
            context.pipeline().addLast(connection);
        }

        void failed(Throwable cause) {}

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
            return new Answering(stream);
        }

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {}
    }

    /** Answers whatever comes, as long as a request comes in one piece. */
    private final class Answering implements StreamListener {
        private final Http2Stream stream;

        Answering(Http2Stream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            boolean asks = data.isReadable();
            stream.consume(data.readableBytes());
            data.release();
            if (asks) {
                stream.sendData(
                        Unpooled.copiedBuffer(HttpApplication.response("200 OK", "ok"), StandardCharsets.US_ASCII),
                        false);
            }
            if (endStream) {
                stream.sendData(Unpooled.EMPTY_BUFFER, true);
            }
        }

        @Override
        public void onReconnect() {
            reconnects.incrementAndGet();
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }
}
