package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.PeeringGrpc;
import dev.weft.api.v1.PeeringRequest;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** Calls of whoever has a certificate, to a control plane. */
record PeerCall(ManagedChannel channel) implements AutoCloseable {

    /** As this identity, under the issuer of this side. */
    static PeerCall to(Side called, Side side, SpiffeId id) throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        X509Certificate[] chain = side.issuer()
                .issue(
                        keys.getPublic(),
                        id,
                        Duration.ofHours(1),
                        Clock.systemUTC().instant())
                .toArray(X509Certificate[]::new);
        SslContextBuilder builder = SslContextBuilder.forClient()
                .trustManager(new PeerTrust(called.domain, called.trust, Clock.systemUTC()))
                .keyManager(keys.getPrivate(), chain)
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null);
        return new PeerCall(NettyChannelBuilder.forAddress("127.0.0.1", called.server.port())
                .sslContext(
                        GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build())
                .build());
    }

    Iterator<PeeringUpdate> watch() {
        return PeeringGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .watch(PeeringRequest.getDefaultInstance());
    }

    /** What is answered to a watch that is not allowed. */
    String refusal() {
        StatusRuntimeException refused =
                Assertions.catchThrowableOfType(StatusRuntimeException.class, () -> watch().hasNext());
        assertThat(refused.getStatus().getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        return String.valueOf(refused.getStatus());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
