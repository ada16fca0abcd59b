package dev.weft.proxy.tunnel;

import com.google.protobuf.ByteString;
import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.tunnel.proof.ProofMessage;
import dev.weft.proxy.tunnel.proof.Side;
import dev.weft.proxy.tunnel.proof.TunnelBinding;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import java.io.EOFException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer of the tests that opens a tunnel and says in it what they want. */
public final class RawTunnel implements AutoCloseable {
    /** How a request ended; {@code code} is empty where there is none. */
    public record Answer(String status, String code, String reason, ByteString content) {
        public byte[] body() {
            return content.toByteArray();
        }
    }

    private final CompletableFuture<Http2Connection> connected = new CompletableFuture<>();
    private final X509Svid own;
    private volatile @Nullable TunnelBinding binding;
    private final Channel channel;

    public RawTunnel(EventLoopGroup loops, int port, Credentials credentials) throws Exception {
        own = credentials.svid();
        channel = new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel created) {
                        SslHandler ssl = credentials.client().newHandler(created.alloc());
                        Secured secured = new Secured();
                        created.pipeline().addLast(ssl, new TunnelHandshake(secured::secured, secured::failed));
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        connection();
    }

    /** Whether the server ends a tunnel at once. */
    public static boolean refused(EventLoopGroup loops, int port, Credentials credentials) {
        try (RawTunnel _ = new RawTunnel(loops, port, credentials)) {
            return false;
        } catch (Exception e) {
            return true;
        }
    }

    /** Opens so many sessions, and waits for none. */
    public void openMany(int count, String authority) throws Exception {
        openMany(count, authority, Unpooled.EMPTY_BUFFER);
    }

    /** The same, with the first bytes of each; no more than a stream's window is taken of what they are answered. */
    public void openMany(int count, String authority, ByteBuf first) throws Exception {
        Http2Connection connection = connection();
        connection
                .channel()
                .eventLoop()
                .submit(() -> {
                    for (int i = 0; i < count; i++) {
                        Http2Headers headers =
                                new DefaultHttp2Headers().method("CONNECT").authority(authority);
                        connection
                                .open(headers, false, new Collecting(new CompletableFuture<>()))
                                .sendData(first.retainedDuplicate(), false);
                    }
                })
                .sync();
    }

    /** Asks so many times for what is refused at once, and from now on reads nothing. */
    public void askWithoutReading(int count, String authority) throws Exception {
        Http2Connection connection = connection();
        channel.eventLoop()
                .submit(() -> {
                    channel.config().setAutoRead(false);
                    for (int i = 0; i < count; i++) {
                        Http2Headers headers =
                                new DefaultHttp2Headers().method("CONNECT").authority(authority);
                        // The reset makes room for the next stream, as the answer is not read.
                        connection
                                .open(headers, true, new Collecting(new CompletableFuture<>()))
                                .reset(ErrorCode.CANCEL);
                    }
                })
                .sync();
    }

    /** Asks for a session with each of these addresses, in which nothing is said, and waits for all answers. */
    public List<Answer> ask(List<String> authorities) throws Exception {
        Http2Connection connection = connection();
        List<CompletableFuture<Answer>> answers =
                authorities.stream().map(_ -> new CompletableFuture<Answer>()).toList();
        connection
                .channel()
                .eventLoop()
                .submit(() -> {
                    for (int i = 0; i < authorities.size(); i++) {
                        Http2Headers headers =
                                new DefaultHttp2Headers().method("CONNECT").authority(authorities.get(i));
                        connection.open(headers, true, new Collecting(answers.get(i)));
                    }
                })
                .sync();
        List<Answer> all = new ArrayList<>();
        for (CompletableFuture<Answer> answer : answers) {
            all.add(answer.get(30, TimeUnit.SECONDS));
        }
        return all;
    }

    /** Sends these bytes beside the codec. */
    public void raw(ByteBuf bytes) {
        channel.writeAndFlush(bytes).awaitUninterruptibly(); // it may be closed meanwhile
    }

    /** Whether the server closes it in time. */
    public boolean awaitEnd() throws InterruptedException {
        return channel.closeFuture().await(20, TimeUnit.SECONDS);
    }

    private Http2Connection connection() throws Exception {
        return connected.get(30, TimeUnit.SECONDS);
    }

    /** What a sidecar would send: signed for this tunnel. */
    public byte[] proof(X509Svid svid, boolean asServer) {
        return proof(svid, svid, asServer);
    }

    /** Presents one certificate, signs by the key of another. */
    public byte[] proof(X509Svid presented, X509Svid signer, boolean asServer) {
        byte[] nonce = new byte[ProofMessage.NONCE];
        new SecureRandom().nextBytes(nonce);
        // What is signed names the presented chain: that is what the attacker wants to be believed.
        byte[] signature = Objects.requireNonNull(binding)
                .sign(asServer ? Side.SERVER : Side.CLIENT, nonce, presented.chain(), signer.key());
        return new ProofMessage(nonce, signature, presented.chain()).encode();
    }

    /** Whether an answer is one of the server's own, signed for this tunnel. */
    public boolean good(byte[] sent, Answer answer) throws Exception {
        ProofMessage request = ProofMessage.decode(sent);
        ProofMessage message = ProofMessage.decode(answer.body());
        return Objects.requireNonNull(binding)
                .signed(Side.SERVER, request.nonce(), message.chain(), message.signature());
    }

    public Answer prove(byte[] body) throws Exception {
        return prove(body, body.length);
    }

    /** Sends the body in pieces of this size. */
    public Answer prove(byte[] body, int piece) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        begin(answer, stream -> {
            for (int at = 0; at < body.length; at += piece) {
                int n = Math.min(piece, body.length - at);
                stream.sendData(Unpooled.copiedBuffer(body, at, n), at + n == body.length);
            }
            if (body.length == 0) {
                stream.sendData(Unpooled.EMPTY_BUFFER, true);
            }
        });
        return answer.get(30, TimeUnit.SECONDS);
    }

    /** Begins a proof and never ends it. */
    public void stall() throws Exception {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        begin(new CompletableFuture<>(), stream -> {
            stream.sendData(Unpooled.copiedBuffer(new byte[1]), false);
            begun.complete(true);
        });
        begun.get(30, TimeUnit.SECONDS);
    }

    private void begin(CompletableFuture<Answer> answer, java.util.function.Consumer<Http2Stream> then)
            throws Exception {
        Http2Connection connection = connection();
        connection.channel().eventLoop().execute(() -> {
            Http2Headers headers = new DefaultHttp2Headers()
                    .method(ProofMessage.METHOD)
                    .scheme("https")
                    .path(ProofMessage.PATH);
            then.accept(connection.open(headers, false, new Collecting(answer)));
        });
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private final class Secured {
        void secured(Channel context, SslHandler ssl) {
            try {
                X509Certificate server =
                        (X509Certificate) ssl.engine().getSession().getPeerCertificates()[0];
                binding = TunnelBinding.of(ssl, own.leaf(), server);
            } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                connected.completeExceptionally(e);
                return;
            }
            context.pipeline().addLast(Http2Connection.client(Http2Settings.DEFAULTS, new Events()));
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
        }
    }

    private static final class Collecting implements StreamListener {
        private final CompletableFuture<Answer> answer;
        private final ByteBuf body = Unpooled.buffer();
        private String status = "";
        private String code = "";
        private String reason = "";

        Collecting(CompletableFuture<Answer> answer) {
            this.answer = answer;
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            status = text(headers.status());
            code = text(headers.get("weft-code"));
            reason = text(headers.get("weft-reason"));
            end(endStream);
        }

        private static String text(@Nullable CharSequence value) {
            return value == null ? "" : value.toString();
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            body.writeBytes(data);
            data.release();
            end(endStream);
        }

        private void end(boolean endStream) {
            if (endStream) {
                byte[] bytes = new byte[body.readableBytes()];
                body.readBytes(bytes);
                answer.complete(new Answer(status, code, reason, ByteString.copyFrom(bytes)));
            }
        }

        @Override
        public void onReset(ErrorCode error) {
            answer.completeExceptionally(new IllegalStateException("reset: " + error));
        }

        @Override
        public void onWritable() {}
    }

    /** Pieces of a message, for tests that change them. */
    public static byte[] withOtherNonce(byte[] proof) {
        byte[] changed = proof.clone();
        changed[0] ^= 1;
        return changed;
    }

    /** The same message with its certificates this many times. */
    public static byte[] withChainRepeated(byte[] proof, int times) throws Exception {
        ProofMessage message = ProofMessage.decode(proof);
        List<X509Certificate> chain = new java.util.ArrayList<>();
        for (int i = 0; i < times; i++) {
            chain.addAll(message.chain());
        }
        return new ProofMessage(message.nonce(), message.signature(), chain).encode();
    }
}
