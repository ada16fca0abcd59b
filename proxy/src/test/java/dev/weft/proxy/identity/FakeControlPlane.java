package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IssueJwtRequest;
import dev.weft.api.v1.IssueJwtResponse;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
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
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A control plane with its own CA, on a real socket: signs for known tokens or SVIDs, and lets tests drive Watch. */
public final class FakeControlPlane implements AutoCloseable {
    public static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    public static final SpiffeId ID = SpiffeId.ofServiceAccount(DOMAIN, "weft-system", "weft-control");
    public static final SpiffeId WORKLOAD = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    public final Set<String> tokens = ConcurrentHashMap.newKeySet();
    /** Of the platform: good for more than one use. */
    public final Set<String> workloadTokens = ConcurrentHashMap.newKeySet();
    /** "token", "workload-token" or the SPIFFE ID of the SVID, by which each certificate was asked for. */
    public final BlockingQueue<String> proofs = new LinkedBlockingQueue<>();

    /** What was refused: the token, or the empty text for an SVID. */
    public final BlockingQueue<String> refused = new LinkedBlockingQueue<>();

    public final BlockingQueue<WatchRequest> requests = new LinkedBlockingQueue<>();
    public final BlockingQueue<Http2Stream> watches = new LinkedBlockingQueue<>();
    public volatile Duration lifetime = Duration.ofHours(1);
    public volatile boolean refusesSvids;
    /** Whether it cannot look at workload tokens now. */
    public volatile boolean cannotAttest;
    /** Whether a token is good for more than one use. */
    public volatile boolean reusableTokens;
    /** Sent with each refusal: when to come again; empty for nothing of the kind. */
    public volatile String retryPushback = "";

    /** Of each token asked for, the audiences. */
    public final BlockingQueue<List<String>> jwtRequests = new LinkedBlockingQueue<>();
    /** Whether it refuses whoever comes with an SVID. */
    public volatile boolean refusing;

    public final JwtSigningKey jwtKey = JwtSigningKey.generate();
    private final TrustAnchor anchor = TrustAnchors.create("test", Duration.ofDays(1), Clock.systemUTC());
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofHours(20), Instant.now());
    /** Signs for workloads; its own certificate stays of the first. */
    volatile Issuer signer = issuer;

    /** Released at the end. */
    private final Queue<Credentials> given = new ConcurrentLinkedQueue<>();

    private final SslContext tls;
    private final ServerBootstrap bootstrap;
    private volatile Channel listener;

    public FakeControlPlane(EventLoopGroup group) throws Exception {
        this(group, ID, Instant.now(), Duration.ofHours(1));
    }

    public FakeControlPlane(EventLoopGroup group, SpiffeId id, Instant issued, Duration life) throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        List<X509Certificate> chain = issuer.issue(keys.getPublic(), id, life, issued);
        tls = SslContextBuilder.forServer(keys.getPrivate(), chain)
                .sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(anchor.certificate())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        bootstrap = new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_REUSEADDR, true)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler ssl = tls.newHandler(channel.alloc());
                        channel.pipeline()
                                .addLast(ssl, Http2Connection.server(Http2Settings.DEFAULTS, new Events(ssl)));
                    }
                });
        listener = bootstrap.bind("127.0.0.1", 0).sync().channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public TrustBundles bundles() {
        return TrustBundles.of(new TrustBundle(
                DOMAIN,
                List.of(anchor.certificate()),
                TrustBundle.State.ACTIVE,
                1,
                Revocations.NONE,
                List.of(jwtKey.authority())));
    }

    public X509Certificate anchor() {
        return anchor.certificate();
    }

    /** From now on another issuer signs for workloads. */
    void changeSigner() {
        signer = Issuer.createUnder(anchor, DOMAIN, Duration.ofHours(20), Instant.now());
    }

    public X509Svid svid(SpiffeId id) {
        KeyPair keys = KeyPairs.generateP256();
        return X509Svid.of(issuer.issue(keys.getPublic(), id, Duration.ofHours(1), Instant.now()), keys.getPrivate());
    }

    X509Svid svid(SpiffeId id, Instant issued, Duration life) {
        KeyPair keys = KeyPairs.generateP256();
        return X509Svid.of(issuer.issue(keys.getPublic(), id, life, issued), keys.getPrivate());
    }

    /** Proof of this identity, by the CA that the control plane trusts, and trust in the control plane. */
    public Credentials credentials(SpiffeId id) throws SSLException {
        Credentials credentials = new TlsContexts(bundles(), InstantSource.system()).credentials(svid(id));
        given.add(credentials);
        return credentials;
    }

    /** Is away: nobody listens until {@link #comeBack}. */
    public void goAway() {
        listener.close().syncUninterruptibly();
    }

    /** Listens again, on the same port. */
    public void comeBack() throws InterruptedException {
        listener = bootstrap.bind(listener.localAddress()).sync().channel();
    }

    /** Sends a Watch response from any thread. */
    public void send(Http2Stream watch, WatchResponse response) {
        watch.connection().channel().eventLoop().execute(() -> watch.sendData(framed(response), false));
    }

    /** Breaks a Watch stream. */
    public void breakOff(Http2Stream watch) {
        watch.connection().channel().eventLoop().execute(() -> watch.reset(ErrorCode.INTERNAL_ERROR));
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        for (Credentials credentials : given) {
            ReferenceCountUtil.release(credentials.client());
            ReferenceCountUtil.release(credentials.server());
        }
        given.clear();
    }

    private static ByteBuf framed(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Unpooled.buffer().writeByte(0).writeInt(bytes.length).writeBytes(bytes);
    }

    private final class Events implements ConnectionListener {
        private final SslHandler ssl;

        Events(SslHandler ssl) {
            this.ssl = ssl;
        }

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            stream.sendHeaders(new DefaultHttp2Headers().status("200").add("content-type", "application/grpc"), false);
            String path = headers.path().toString();
            if (path.endsWith("/Watch")) {
                watches.add(stream);
            }
            return new Call(stream, path, ssl);
        }

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {}
    }

    private final class Call implements StreamListener {
        private final Http2Stream stream;
        private final String path;
        private final SslHandler ssl;
        private final ByteBuf received = Unpooled.buffer();

        Call(Http2Stream stream, String path, SslHandler ssl) {
            this.stream = stream;
            this.path = path;
            this.ssl = ssl;
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int n = data.readableBytes();
            received.writeBytes(data);
            data.release();
            stream.consume(n);
            while (received.readableBytes() >= 5
                    && received.readableBytes() >= 5 + received.getInt(received.readerIndex() + 1)) {
                received.skipBytes(1);
                byte[] message = new byte[received.readInt()];
                received.readBytes(message);
                try {
                    message(message);
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private void message(byte[] message) throws InvalidProtocolBufferException {
            if (path.endsWith("/Watch")) {
                requests.add(WatchRequest.parseFrom(message));
            } else if (path.endsWith("/IssueJwt")) {
                issueJwt(IssueJwtRequest.parseFrom(message));
            } else {
                certify(CertifyRequest.parseFrom(message));
            }
        }

        private void issueJwt(IssueJwtRequest request) {
            jwtRequests.add(request.getAudiencesList());
            if (refusing) {
                refuse();
                return;
            }
            Instant now = Instant.now();
            String token = jwtKey.sign(WORKLOAD, request.getAudiencesList(), "1", now, now.plus(lifetime))
                    .token();
            answer(IssueJwtResponse.newBuilder().setToken(token).build());
        }

        private void refuse() {
            refuse("16", "token is not known%2C or used");
        }

        private void refuse(String status, String message) {
            Http2Headers trailers =
                    new DefaultHttp2Headers().add("grpc-status", status).add("grpc-message", message);
            if (!retryPushback.isEmpty()) {
                trailers.add("grpc-retry-pushback-ms", retryPushback);
            }
            stream.sendHeaders(trailers, true);
        }

        private void answer(MessageLite response) {
            stream.sendData(framed(response), false);
            stream.sendHeaders(new DefaultHttp2Headers().add("grpc-status", "0"), true);
        }

        private void certify(CertifyRequest request) {
            if (cannotAttest && !request.getWorkloadToken().isEmpty()) {
                refused.add(request.getWorkloadToken());
                refuse("14", "cannot be attested now");
                return;
            }
            String proof = proof(request);
            if (proof == null) {
                refused.add(request.getJoinToken() + request.getWorkloadToken());
                refuse();
                return;
            }
            proofs.add(proof);
            var csr = CsrVerifier.verify(request.getCertificateSigningRequest().toByteArray());
            CertifyResponse.Builder response = CertifyResponse.newBuilder();
            for (X509Certificate certificate : signer.issue(csr.publicKey(), WORKLOAD, lifetime, Instant.now())) {
                response.addCertificateChain(ByteString.copyFrom(Certificates.encode(certificate)));
            }
            answer(response.build());
        }

        private @Nullable String proof(CertifyRequest request) {
            if (!request.getJoinToken().isEmpty()) {
                String token = request.getJoinToken();
                return (reusableTokens ? tokens.contains(token) : tokens.remove(token)) ? "token" : null;
            }
            if (!request.getWorkloadToken().isEmpty()) {
                return workloadTokens.contains(request.getWorkloadToken()) ? "workload-token" : null;
            }
            if (refusing || refusesSvids) {
                return null;
            }
            try {
                X509Certificate leaf =
                        (X509Certificate) ssl.engine().getSession().getPeerCertificates()[0];
                return SvidProfile.checkLeaf(leaf).toString();
            } catch (SSLPeerUnverifiedException | dev.weft.identity.svid.SvidViolationException e) {
                return null;
            }
        }

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }
}
