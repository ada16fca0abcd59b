package dev.weft.control.server;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.IssueJwtRequest;
import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A proxy as far as the control plane can tell: mutual TLS with an SVID, or without. */
final class TestClient implements AutoCloseable {

    private final ManagedChannel channel;

    TestClient(int port, TrustBundles bundles, Optional<X509Svid> svid) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .trustManager(new ServerCheck(bundles))
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null);
        svid.ifPresent(own -> builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new)));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(
                        GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build())
                .build();
    }

    static TestClient of(TestPlane plane, X509Svid svid) throws SSLException {
        return new TestClient(plane.server.port(), plane.trust.bundles(), Optional.of(svid));
    }

    static TestClient withoutCertificate(TestPlane plane) throws SSLException {
        return new TestClient(plane.server.port(), plane.trust.bundles(), Optional.empty());
    }

    CertifyResponse certify(byte[] csr, String token) {
        return IdentityGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .certify(CertifyRequest.newBuilder()
                        .setCertificateSigningRequest(ByteString.copyFrom(csr))
                        .setJoinToken(token)
                        .build());
    }

    CertifyResponse certifyByWorkloadToken(byte[] csr, String token) {
        return IdentityGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .certify(byWorkloadToken(csr, token));
    }

    static CertifyRequest byWorkloadToken(byte[] csr, String token) {
        return CertifyRequest.newBuilder()
                .setCertificateSigningRequest(ByteString.copyFrom(csr))
                .setWorkloadToken(token)
                .build();
    }

    /** Without a deadline: to be left. */
    Future<CertifyResponse> certifyLater(CertifyRequest request) {
        return IdentityGrpc.newFutureStub(channel).certify(request);
    }

    String issueJwt(int ttlSeconds, String... audiences) {
        return IdentityGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .issueJwt(IssueJwtRequest.newBuilder()
                        .addAllAudiences(List.of(audiences))
                        .setTtlSeconds(ttlSeconds)
                        .build())
                .getToken();
    }

    TestWatch watch() {
        TestWatch watch = new TestWatch();
        watch.requests(MeshGrpc.newStub(channel).watch(watch));
        return watch;
    }

    /** A stream with an end of its own. */
    void watch(StreamObserver<WatchResponse> responses, WatchRequest first) {
        MeshGrpc.newStub(channel).watch(responses).onNext(first);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class ServerCheck extends PeerCertificateCheck {
        private final TrustBundles bundles;

        ServerCheck(TrustBundles bundles) {
            this.bundles = bundles;
        }

        @Override
        protected void check(X509Certificate[] chain) throws CertificateException {
            Verification verification = SvidVerifier.verify(List.of(chain), bundles, Instant.now());
            if (!(verification instanceof Verification.Verified verified)
                    || !verified.id().equals(ControlServer.identity(TestPlane.DOMAIN))) {
                throw new CertificateException(verification.toString());
            }
        }
    }
}
