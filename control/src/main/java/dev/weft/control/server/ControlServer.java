package dev.weft.control.server;

import dev.weft.control.caller.CallerInterceptor;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.Refusal;
import dev.weft.control.gate.ConnectionGate;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.tls.MeshTls;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.daemon.tls.SvidCheck;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.model.ReservedIdentity;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC listener. TLS 1.3 only; a client certificate is optional, and verified if there is one. */
public final class ControlServer implements AutoCloseable {

    /** Largest message from a client, in bytes. */
    public static final int MAX_MESSAGE = 1024 * 1024;

    /** Most open calls on one connection. */
    public static final int MAX_CALLS_PER_CONNECTION = 16;

    /** Largest set of headers of a call, in bytes. */
    public static final int MAX_METADATA = 8192;

    /** A client that pings more often is disconnected. */
    public static final Duration MIN_PING_INTERVAL = Duration.ofSeconds(5);

    /** Interval at which an idle connection is tested, so that a vanished proxy is noticed. */
    public static final Duration PING_INTERVAL = Duration.ofSeconds(30);

    /** A connection without a call is closed after this time. */
    public static final Duration MAX_IDLE = Duration.ofMinutes(1);

    /** How long calls may continue on a connection that has reached its maximum age. */
    private static final Duration AGE_GRACE = Duration.ofSeconds(10);

    /** Bytes that a client may send before they are read; the window never grows by itself. */
    private static final int WINDOW = 256 * 1024;
    /** Connections that the kernel queues until they are accepted; the kernel may have a lower limit of its own. */
    private static final int BACKLOG = 4096;
    /** Calls that a client may cancel within the window; more than that is an attack (CVE-2023-44487). */
    private static final int MAX_RESETS = 200;

    private static final Duration RESETS_WINDOW = Duration.ofSeconds(10);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Server server;
    private final EventLoops loops;
    private final ExecutorService executor;
    private final SslContext tls;
    private final OwnSvid svid;
    private final LiveIssuer issuer;
    private final Clock clock;

    private ControlServer(
            Server server,
            EventLoops loops,
            ExecutorService executor,
            SslContext tls,
            OwnSvid svid,
            LiveIssuer issuer,
            Clock clock) {
        this.server = server;
        this.loops = loops;
        this.executor = executor;
        this.tls = tls;
        this.svid = svid;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** Returns the identity under which a control plane serves its trust domain. */
    public static SpiffeId identity(TrustDomain trustDomain) {
        return ReservedIdentity.of(trustDomain);
    }

    /**
     * Starts to listen.
     *
     * @param services the services besides Identity
     * @param gate decides which connections are admitted; used by this server alone
     * @param maxAge age at which a connection is closed, give or take a tenth; its client then connects again, and
     *     finds another replica. Empty if there are no replicas.
     * @throws IOException if the address cannot be listened on, or there is no BoringSSL for this platform
     */
    public static ControlServer start(
            InetSocketAddress listen,
            TrustDomain trustDomain,
            Duration leafLifetime,
            LiveIssuer issuer,
            TrustSource trust,
            CertificateService certificates,
            JwtService jwts,
            List<BindableService> services,
            ConnectionGate gate,
            Optional<Duration> maxAge,
            Clock clock)
            throws IOException {
        OwnSvid svid = new OwnSvid(identity(trustDomain), leafLifetime);
        SslContext tls = tls(svid, new SvidCheck(trust::verifier, clock, ControlServer::isRevoked));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        EventLoops loops = EventLoops.start();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(listen)
                .channelFactory(() -> gate.guard(loops.listener()))
                .bossEventLoopGroup(loops.accepting())
                .workerEventLoopGroup(loops.serving())
                .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
                .addTransportFilter(gate.filter(chain -> proven(trust, chain, clock)))
                .sslContext(tls)
                .executor(executor)
                .intercept(new CallerInterceptor())
                .intercept(gate.interceptor())
                .addStreamTracerFactory(gate.bodies())
                .addService(new IdentityEndpoint(certificates, jwts))
                .maxInboundMessageSize(MAX_MESSAGE)
                .flowControlWindow(WINDOW)
                .maxInboundMetadataSize(MAX_METADATA)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxRstFramesPerWindow(MAX_RESETS, (int) RESETS_WINDOW.toSeconds())
                .maxConnectionIdle(MAX_IDLE.toMillis(), TimeUnit.MILLISECONDS)
                .handshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(MIN_PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        maxAge.ifPresent(age -> limitAge(builder, age));
        services.forEach(builder::addService);
        ControlServer control = new ControlServer(builder.build(), loops, executor, tls, svid, issuer, clock);
        try {
            control.renewIfDue(true);
            control.server.start();
            return control;
        } catch (IOException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /**
     * Limits the age of connections. gRPC varies it by a tenth at random, so that not all clients return at the same
     * moment.
     */
    private static void limitAge(NettyServerBuilder builder, Duration age) {
        builder.maxConnectionAge(age.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(AGE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes a new SVID at half the lifetime of the present one, or if that is not valid yet. */
    public void renewIfDue() {
        renewIfDue(false);
    }

    /** Takes a new SVID at once, for example after a change of the issuer. */
    public void renew() {
        renewIfDue(true);
    }

    private void renewIfDue(boolean always) {
        svid.renew(issuer::usable, always, clock.instant());
    }

    /** Returns the end of the present SVID. */
    public Instant svidNotAfter() {
        return svid.notAfter();
    }

    /** Returns the chain of the present SVID, leaf first. */
    public List<X509Certificate> svid() {
        return svid.shown().chain();
    }

    /** Returns when the next SVID is due. */
    public Instant svidRenewAt() {
        return svid.renewAt();
    }

    /** Returns the SVID for other listeners of the control plane. */
    public ReplaceableCertificate shownSvid() {
        return svid.shown();
    }

    /** Returns the port of the listener. */
    public int port() {
        return server.getPort();
    }

    /**
     * Returns a context for a connection to another control plane: it shows the same SVID, and accepts servers by this
     * check. The caller must release it.
     */
    public SslContext clientTls(PeerCertificateCheck trust) throws IOException {
        SslContextBuilder builder = MeshTls.apply(SslContextBuilder.forClient().keyManager(svid.shown()), trust)
                .endpointIdentificationAlgorithm(null);
        return MeshTls.build(GrpcSslContexts.configure(builder, SslProvider.OPENSSL));
    }

    private static SslContext tls(OwnSvid svid, SvidCheck clients) throws IOException {
        SslContextBuilder builder = MeshTls.apply(SslContextBuilder.forServer(svid.shown()), clients)
                .clientAuth(ClientAuth.OPTIONAL);
        return MeshTls.build(GrpcSslContexts.configure(builder, SslProvider.OPENSSL));
    }

    private static Optional<SpiffeId> proven(TrustSource trust, List<X509Certificate> chain, Clock clock) {
        return trust.verifier().verify(chain, clock.instant()) instanceof Verification.Verified verified
                ? Optional.of(verified.id())
                : Optional.empty();
    }

    /**
     * Whether a refused client certificate passes the handshake because it is revoked: each call verifies again, and
     * its refusal carries the reason, which a failed handshake does not.
     */
    private static boolean isRevoked(Verification.Rejected rejected) {
        if (Refusal.isRevoked(rejected.rule())) {
            return true;
        }
        LOG.atWarn().addKeyValue("reason", rejected).log("client certificate refused");
        return false;
    }

    /** Ends the calls, after a short grace period, and the listener. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
        loops.close();
        ReferenceCountUtil.release(tls);
    }
}
