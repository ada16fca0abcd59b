package dev.weft.control.rotate;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Tap;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as far as the control plane can tell: it trusts what it is told, follows the renewal resource, reports, and
 * connects again when its stream ends. All it does happens on one thread, which {@link #freeze} stops.
 */
final class FakeProxy implements AutoCloseable {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String name;
    private final SpiffeId id;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile TestControl control;
    private volatile boolean frozen;
    private volatile Predicate<WatchResponse> freezeAt = _ -> false;
    private volatile boolean closed;
    private volatile @Nullable FormerIssuerTunnels formerIssuer;
    private volatile @Nullable Traffic traffic;
    private volatile Tap tap = Tap.getDefaultInstance();
    private volatile ByteString wantedIssuer = ByteString.EMPTY;
    private volatile TrustBundles bundles;
    private volatile @Nullable X509Svid svid;
    private final Map<String, String> held = new HashMap<>();
    private @Nullable ManagedChannel channel;
    private @Nullable StreamObserver<WatchRequest> requests;
    private int generation;

    /** Joins by a token and connects. */
    FakeProxy(TestControl control, String name, TrustBundles anchors) {
        this.control = control;
        this.name = name;
        this.id = SpiffeId.ofServiceAccount(Operations.DOMAIN, "shop", name);
        this.bundles = anchors;
        thread.execute(this::connect);
    }

    /** The control plane has another process now; found as the stream ends. */
    void movedTo(TestControl next) {
        control = next;
    }

    /** When a proxy stops. */
    enum Moment {
        /** When it is asked to renew. */
        RENEWAL,
        /** When the bundle comes without an anchor that it had. */
        WITHOUT
    }

    /** Freezes before it answers what comes at this moment. */
    void freezeAt(Moment moment, TrustAnchor anchor) {
        freezeAt = response -> response.getResourcesList().stream().anyMatch(resource -> switch (moment) {
            case RENEWAL -> resource.hasRenewal();
            case WITHOUT ->
                resource.hasTrustBundle()
                        && !read(resource.getTrustBundle()).anchors().contains(anchor.certificate());
        });
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
    }

    /** From now on it counts its tunnels: so many that rest on another issuer than the one wanted, all with this peer. */
    void rests(int tunnels, String peer) {
        FormerIssuerTunnels.Builder counted = FormerIssuerTunnels.newBuilder().setCount(tunnels);
        if (tunnels > 0) {
            counted.addPeers(FormerIssuerPeer.newBuilder()
                    .setSpiffeId(SpiffeId.ofServiceAccount(Operations.DOMAIN, "shop", peer)
                            .toString())
                    .setTunnels(tunnels));
        }
        formerIssuer = counted.build();
        submit(this::report);
    }

    /** It reports this of its connections. */
    void tells(Traffic counted) {
        submit(() -> {
            traffic = counted;
            report();
        });
    }

    /** What it is told of those who look on at requests. */
    Tap tap() {
        return tap;
    }

    void answersTap(TappedRequests tapped) {
        submit(() -> {
            if (requests != null) {
                requests.onNext(WatchRequest.newBuilder().setTapped(tapped).build());
            }
        });
    }

    @Nullable
    X509Svid svid() {
        return svid;
    }

    TrustBundles bundles() {
        return bundles;
    }

    private void connect() {
        while (!closed) {
            try {
                obtain();
                open();
                return;
            } catch (StatusRuntimeException | IllegalStateException | SSLException _) {
                // The control plane is away, or the stream ended as it opened.
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private boolean provesSomething() {
        X509Svid held = svid;
        return held != null
                && SvidVerifier.verify(held.chain(), bundles, Instant.now()) instanceof Verification.Verified;
    }

    private void obtain() throws SSLException {
        if (!provesSomething()) {
            certify(null);
        }
    }

    private void certify(@Nullable X509Svid by) throws SSLException {
        KeyPair keys = KeyPairs.generateP256();
        ManagedChannel once = channel(by);
        try {
            var response = IdentityGrpc.newBlockingStub(once)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .certify(CertifyRequest.newBuilder()
                            .setCertificateSigningRequest(
                                    ByteString.copyFrom(CertificateSigningRequests.create(keys, id)))
                            .setJoinToken(by == null ? control.token(name) : "")
                            .build());
            svid = X509Svid.of(
                    Certificates.decodeAll(response.getCertificateChainList().stream()
                            .map(ByteString::toByteArray)
                            .toList()),
                    keys.getPrivate());
        } finally {
            once.shutdownNow();
        }
    }

    private ManagedChannel channel(@Nullable X509Svid by) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .trustManager(new BundleTrust(() -> bundles))
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null);
        if (by != null) {
            builder.keyManager(by.key(), by.chain().toArray(X509Certificate[]::new));
        }
        return NettyChannelBuilder.forAddress("127.0.0.1", control.plane.port())
                .sslContext(
                        GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build())
                .build();
    }

    private void open() throws SSLException {
        ManagedChannel former = channel;
        int own = ++generation;
        channel = channel(svid);
        requests = MeshGrpc.newStub(channel).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse response) {
                submit(() -> answer(response, own));
            }

            @Override
            public void onError(Throwable error) {
                submit(() -> ended(own));
            }

            @Override
            public void onCompleted() {
                submit(() -> ended(own));
            }
        });
        requests.onNext(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder()
                        .setWorkload("shop/" + name)
                        .setProxyVersion("fake")
                        .setTap(!name.equals("web"))
                        .putAllHeld(held))
                .build());
        report();
        if (former != null) {
            former.shutdownNow();
        }
    }

    private void ended(int which) {
        if (which == generation) {
            connect();
        }
    }

    private void answer(WatchResponse response, int which) {
        if (which != generation || requests == null) {
            return;
        }
        if (freezeAt.test(response)) {
            freezeAt = _ -> false;
            freeze();
            stayFrozen();
        }
        boolean renew = false;
        for (Resource resource : response.getResourcesList()) {
            held.put(resource.getName(), resource.getVersion());
            if (resource.hasTrustBundle()) {
                bundles = bundles.with(read(resource.getTrustBundle()));
            }
            if (resource.hasTap()) {
                tap = resource.getTap();
            }
            if (resource.hasRenewal()) {
                wantedIssuer = resource.getRenewal().getIssuerKeySha256();
            }
            renew |= resource.hasRenewal()
                    && !issuerKey().equals(resource.getRenewal().getIssuerKeySha256());
        }
        response.getRemovedList().forEach(held::remove);
        if (response.getRemovedList().contains("tap")) {
            tap = Tap.getDefaultInstance();
        }
        requests.onNext(WatchRequest.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce()))
                .build());
        if (renew) {
            renew();
        }
    }

    private void renew() {
        while (!closed) {
            try {
                certify(provesSomething() ? svid : null);
                open();
                return;
            } catch (StatusRuntimeException | IllegalStateException | SSLException _) {
                // The control plane is away, or the stream ended as it opened.
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private ByteString issuerKey() {
        X509Svid held = svid;
        return held == null
                ? ByteString.EMPTY
                : ByteString.copyFrom(
                        SpkiFingerprint.of(held.chain().get(1).getPublicKey()).bytes());
    }

    private void report() {
        X509Svid held = svid;
        if (held != null && requests != null) {
            Report.Builder report = Report.newBuilder()
                    .setSerialNumber(
                            ByteString.copyFrom(held.leaf().getSerialNumber().toByteArray()))
                    .setIssuerKeySha256(issuerKey())
                    .setNotBefore(held.leaf().getNotBefore().toInstant().getEpochSecond())
                    .setNotAfter(held.leaf().getNotAfter().toInstant().getEpochSecond());
            FormerIssuerTunnels counted = formerIssuer;
            if (counted != null && issuerKey().equals(wantedIssuer)) {
                report.setFormerIssuerTunnels(counted.toBuilder().setIssuerKeySha256(wantedIssuer));
            }
            Traffic told = traffic;
            if (told != null) {
                report.setTraffic(told);
            }
            requests.onNext(WatchRequest.newBuilder().setReport(report).build());
        }
    }

    private void submit(Runnable task) {
        if (!closed) {
            thread.execute(() -> {
                stayFrozen();
                task.run();
            });
        }
    }

    private void stayFrozen() {
        while (frozen && !closed) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static dev.weft.identity.trust.TrustBundle read(TrustBundle wire) {
        return new dev.weft.identity.trust.TrustBundle(
                dev.weft.identity.spiffe.TrustDomain.parse(wire.getTrustDomain()),
                wire.getAnchorsList().stream()
                        .map(der -> Certificates.decode(der.toByteArray()))
                        .toList(),
                dev.weft.identity.trust.TrustBundle.State.ACTIVE,
                wire.getSequence(),
                new Revocations(
                        Set.of(), keys(wire.getRevokedIssuersList()), Map.of(), keys(wire.getTaintedIssuersList())),
                List.of());
    }

    private static Set<SpkiFingerprint> keys(List<ByteString> hashes) {
        return hashes.stream()
                .map(hash -> SpkiFingerprint.ofSha256(hash.toByteArray()))
                .collect(Collectors.toSet());
    }

    /** Why a call to the control plane with this SVID fails now; OK if it does not. */
    static Status attempt(TestControl control, TrustBundles bundles, X509Svid svid) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .trustManager(new BundleTrust(() -> bundles))
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null)
                .keyManager(svid.key(), svid.chain().toArray(X509Certificate[]::new));
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", control.plane.port())
                .sslContext(
                        GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build())
                .build();
        try {
            var _ = IdentityGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .certify(CertifyRequest.newBuilder()
                            .setCertificateSigningRequest(ByteString.copyFrom(
                                    CertificateSigningRequests.create(KeyPairs.generateP256(), svid.id())))
                            .build());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        if (channel != null) {
            channel.shutdownNow();
        }
    }
}
