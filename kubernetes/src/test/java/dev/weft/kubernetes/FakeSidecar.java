package dev.weft.kubernetes;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.ControlPlane;
import dev.weft.control.watch.Capabilities;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.testing.Waiting;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A sidecar as far as a control plane can tell: it joins by a token, then holds what it is told on its stream. */
final class FakeSidecar implements StreamObserver<WatchResponse>, AutoCloseable {

    private final Map<String, Resource> told = new ConcurrentHashMap<>();
    private final ManagedChannel channel;
    private @Nullable StreamObserver<WatchRequest> requests;

    private FakeSidecar(ManagedChannel channel) {
        this.channel = channel;
    }

    /**
     * Has a certificate made, opens the stream, and returns when it has been told its own policies.
     *
     * @param workload {@code namespace/name}
     * @param token a join token for the identity
     */
    static FakeSidecar join(ControlPlane plane, String workload, SpiffeId identity, String token) throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        CertifyResponse certified;
        ManagedChannel stranger = channel(plane, builder -> builder);
        try {
            certified = IdentityGrpc.newBlockingStub(stranger)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .certify(CertifyRequest.newBuilder()
                            .setCertificateSigningRequest(
                                    ByteString.copyFrom(CertificateSigningRequests.create(keys, identity)))
                            .setJoinToken(token)
                            .build());
        } finally {
            stranger.shutdownNow();
        }
        X509Certificate[] chain = Certificates.decodeAll(certified.getCertificateChainList().stream()
                        .map(ByteString::toByteArray)
                        .toList())
                .toArray(X509Certificate[]::new);
        FakeSidecar sidecar = new FakeSidecar(channel(plane, builder -> builder.keyManager(keys.getPrivate(), chain)));
        Waiting.until("it is told what it is", () -> {
            sidecar.open(workload);
            return sidecar.told("inbound").isPresent();
        });
        return sidecar;
    }

    /** Again, if the control plane refused the stream: it may not have heard of the workload yet. */
    private synchronized void open(String workload) {
        if (requests == null) {
            requests = MeshGrpc.newStub(channel).watch(this);
            send(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setWorkload(workload)
                            .setProxyVersion("test")
                            .addCapabilities(Capabilities.HTTP_PORTS))
                    .build());
        }
    }

    private static ManagedChannel channel(ControlPlane plane, UnaryOperator<SslContextBuilder> with) throws Exception {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null);
        return NettyChannelBuilder.forAddress("127.0.0.1", plane.port())
                .sslContext(GrpcSslContexts.configure(with.apply(builder), SslProvider.OPENSSL)
                        .build())
                .build();
    }

    /** Asks where these lead. */
    void subscribe(String... addresses) {
        send(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.newBuilder()
                        .addAllNames(List.of(addresses).stream()
                                .map(address -> "destination/" + address)
                                .toList()))
                .build());
    }

    /** What it holds of this name. */
    Optional<Resource> told(String name) {
        return Optional.ofNullable(told.get(name));
    }

    /** The endpoints of an address, as {@code 10.9.0.1:80 spiffe://…}; none where there are none. */
    List<String> endpoints(String address) {
        return told("destination/" + address).stream()
                .flatMap(resource -> resource.getDestination().getEndpoints().getEndpointsList().stream())
                .map(endpoint -> endpoint.getAddress() + " " + endpoint.getIdentity())
                .toList();
    }

    /** Why an address leads nowhere; empty where it leads somewhere. */
    String unreachable(String address) {
        return told("destination/" + address)
                .map(resource -> resource.getDestination().getUnreachable().getReason())
                .orElse("");
    }

    /** The test and the stream's own thread both send. */
    private synchronized void send(WatchRequest request) {
        if (requests != null) {
            requests.onNext(request);
        }
    }

    private synchronized void ended() {
        requests = null;
        told.clear();
    }

    @Override
    public void onNext(WatchResponse response) {
        response.getResourcesList().forEach(resource -> told.put(resource.getName(), resource));
        response.getRemovedList().forEach(told::remove);
        send(WatchRequest.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce()))
                .build());
    }

    @Override
    public void onError(Throwable cause) {
        ended();
    }

    @Override
    public void onCompleted() {
        ended();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
