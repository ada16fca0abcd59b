package dev.weft.proxy.tunnel.server;

import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.tunnel.TunnelHandshake;
import dev.weft.proxy.tunnel.proof.ProofMessage;
import dev.weft.proxy.tunnel.proof.Side;
import dev.weft.proxy.tunnel.proof.TunnelBinding;
import dev.weft.proxy.tunnel.proof.UnprovenException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The serving side of a tunnel as the tests want it: every session is an echo, proofs are answered as they say. */
public final class RawServer implements AutoCloseable {
    /** What to say when the peer proves itself anew; null refuses. */
    public interface Answerer {
        byte @Nullable [] answer(Exchange exchange) throws Exception;
    }

    /** What the peer sent, and what an answer may be made of. */
    public static final class Exchange {
        private final byte[] sent;
        private final TunnelBinding binding;

        Exchange(byte[] sent, TunnelBinding binding) {
            this.sent = sent;
            this.binding = binding;
        }

        /** As a sidecar would answer: its own certificate, signed by another's key where they differ. */
        public byte[] proof(X509Svid presented, X509Svid signer) throws UnprovenException {
            byte[] nonce = ProofMessage.decode(sent).nonce();
            byte[] signature = binding.sign(Side.SERVER, nonce, presented.chain(), signer.key());
            return new ProofMessage(nonce, signature, presented.chain()).encode();
        }

        public byte[] sent() {
            return sent;
        }
    }

    public volatile Answerer answerer = exchange -> null;
    private final BlockingQueue<Http2Connection> connections = new LinkedBlockingQueue<>();
    private final Http2Settings settings;
    private final Credentials credentials;
    private final boolean announces;
    private final Channel listener;

    /** {@code announces}: whether it says that it can be asked for another proof, as a sidecar does. */
    public RawServer(EventLoopGroup loops, Credentials credentials, boolean announces) throws Exception {
        this(loops, credentials, announces, Http2Settings.DEFAULTS);
    }

    /** The same with settings of its own. */
    public RawServer(EventLoopGroup loops, Credentials credentials, boolean announces, Http2Settings settings)
            throws Exception {
        this.settings = settings;
        this.credentials = credentials;
        this.announces = announces;
        listener = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler ssl = credentials.server().newHandler(channel.alloc());
                        Secured secured = new Secured();
                        channel.pipeline().addLast(ssl, new TunnelHandshake(secured::secured, secured::failed));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Tells the peer of the first tunnel that there is another certificate. */
    public void announce() throws InterruptedException {
        announce(2);
    }

    /** Tells the peer of the first tunnel how many certificates there have been. */
    public void announce(int certificates) throws InterruptedException {
        Http2Connection connection = connections.take();
        connection.channel().eventLoop().execute(() -> connection.certificates(certificates));
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
    }

    private final class Secured {
        void secured(Channel context, SslHandler ssl) {
            TunnelBinding binding;
            try {
                X509Certificate client =
                        (X509Certificate) ssl.engine().getSession().getPeerCertificates()[0];
                binding = Objects.requireNonNull(
                        TunnelBinding.of(ssl, client, credentials.svid().leaf()));
            } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                throw new IllegalStateException(e);
            }
            Http2Connection connection = Http2Connection.server(settings, new Events(binding));
            context.pipeline().addLast(connection);
            if (announces) {
                connection.certificates(1);
            }
            connections.add(connection);
        }

        void failed(Throwable cause) {}
    }

    private final class Events implements ConnectionListener {
        private final TunnelBinding binding;

        Events(TunnelBinding binding) {
            this.binding = binding;
        }

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            if (ProofRequest.is(headers)) {
                return new Proof(stream, binding);
            }
            stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
            return new Echo(stream);
        }

        @Override
        public void onClosed(Http2Connection gone, @Nullable Throwable cause) {}
    }

    private static class Echo implements StreamListener {
        final Http2Stream stream;

        Echo(Http2Stream stream) {
            this.stream = stream;
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            stream.consume(data.readableBytes());
            stream.sendData(data, endStream);
        }

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }

    private final class Proof extends Echo {
        private final TunnelBinding binding;
        private final ByteBuf received = Unpooled.buffer();

        Proof(Http2Stream stream, TunnelBinding binding) {
            super(stream);
            this.binding = binding;
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            stream.consume(data.readableBytes());
            received.writeBytes(data);
            data.release();
            if (!endStream) {
                return;
            }
            byte[] sent = new byte[received.readableBytes()];
            received.readBytes(sent);
            byte[] answer;
            try {
                answer = answerer.answer(new Exchange(sent, binding));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            if (answer == null) {
                stream.sendHeaders(new DefaultHttp2Headers().status("403").add("weft-reason", "no"), true);
            } else {
                stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
                stream.sendData(Unpooled.wrappedBuffer(answer), true);
            }
        }
    }
}
