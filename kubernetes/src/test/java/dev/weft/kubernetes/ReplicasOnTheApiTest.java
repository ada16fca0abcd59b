package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.ControlPlane;
import dev.weft.control.ControlSettings;
import dev.weft.control.federation.FederationSettings;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.MockCluster;
import dev.weft.kubernetes.state.KubernetesStore;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Three control planes on one API server. */
@ExtendWith(MockApi.class)
final class ReplicasOnTheApiTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Map<String, ControlPlane> planes = new LinkedHashMap<>();

    @BeforeEach
    void start() throws Exception {
        MockCluster.expectKinds(server);
        for (String pod : List.of("one", "two", "three")) {
            planes.put(pod, new ControlPlane(settings(pod), KubernetesHome.over(client, pod, 1), Clock.systemUTC()));
        }
        Waiting.until("somebody leads", () -> leader().isPresent());
    }

    @AfterEach
    void end() {
        planes.values().forEach(ControlPlane::close);
    }

    private ControlPlane plane(String pod) {
        return Objects.requireNonNull(planes.get(pod), pod);
    }

    private void stop(String pod) {
        plane(pod).close();
        planes.remove(pod);
    }

    private ControlSettings settings(String pod) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ControlSettings(
                List.of(),
                directory.resolve(pod),
                DOMAIN,
                any,
                any,
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new FederationSettings(Optional.empty(), Optional.empty(), Duration.ofMinutes(5)),
                "info");
    }

    /** The replica that answers operators. */
    private Optional<String> leader() {
        return planes.keySet().stream()
                .filter(pod -> {
                    try {
                        show(pod);
                        return true;
                    } catch (StatusRuntimeException e) {
                        assertThat(e.getStatus().getDescription()).startsWith("WEFT-C123");
                        return false;
                    }
                })
                .findFirst();
    }

    private ShowTrustResponse show(String pod) {
        try (OperatorChannel channel = OperatorChannel.open(directory.resolve(pod))) {
            return operator(channel).showTrust(ShowTrustRequest.getDefaultInstance());
        }
    }

    private static TrustOperatorGrpc.TrustOperatorBlockingStub operator(OperatorChannel channel) {
        return TrustOperatorGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** Asks for a certificate by a token; how many certificates there are in its chain. */
    private int certify(String pod, String token) throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", plane(pod).port())
                .sslContext(GrpcSslContexts.configure(
                                SslContextBuilder.forClient()
                                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                        .protocols("TLSv1.3")
                                        .endpointIdentificationAlgorithm(null),
                                SslProvider.OPENSSL)
                        .build())
                .build();
        try {
            return IdentityGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .certify(CertifyRequest.newBuilder()
                            .setCertificateSigningRequest(
                                    ByteString.copyFrom(CertificateSigningRequests.create(keys, WEB)))
                            .setJoinToken(token)
                            .build())
                    .getCertificateChainCount();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void issueEachAndTakeATokenOnce() throws Exception {
        JoinTokens tokens = new JoinTokens(new KubernetesStore(client, KubernetesHome.NAMESPACE), Clock.systemUTC());
        for (String pod : planes.keySet()) {
            String token = tokens.create(WEB, Duration.ofMinutes(5));
            assertThat(certify(pod, token)).isPositive();
            for (String other : planes.keySet()) {
                assertThatThrownBy(() -> certify(other, token))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("unknown or has been used");
            }
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderEndsAndGoesOnWithItsRotation() throws Exception {
        TrustAnchor next = TrustAnchors.create("next", Duration.ofDays(30), Clock.systemUTC());
        String first = leader().orElseThrow();
        String anchor = show(first).getAnchors(0).getSpkiSha256();
        String csr;
        try (OperatorChannel channel = OperatorChannel.open(directory.resolve(first))) {
            csr = operator(channel)
                    .beginRotation(BeginRotationRequest.newBuilder()
                            .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                            .setAnchorPem(Pem.encodeCertificates(List.of(next.certificate())))
                            .build())
                    .getCsrPem();
        }
        stop(first);
        Waiting.until("another leads", () -> leader().isPresent());
        String second = leader().orElseThrow();
        assertThat(show(second).getRotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        try (OperatorChannel channel = OperatorChannel.open(directory.resolve(second))) {
            operator(channel)
                    .supplyIssuer(SupplyIssuerRequest.newBuilder()
                            .setChainPem(Pem.encodeCertificates(List.of(TrustAnchors.signIssuer(
                                    next,
                                    CsrVerifier.verify(Pem.decodeCsr(csr)).publicKey(),
                                    DOMAIN,
                                    Duration.ofDays(10),
                                    Instant.now()))))
                            .build());
        }
        Waiting.until(
                "the rotation is done", () -> show(second).getRotation().getStep() == RotationStep.ROTATION_STEP_DONE);
        assertThat(show(second).getAnchorsList())
                .noneMatch(info -> info.getSpkiSha256().equals(anchor));
        String token = new JoinTokens(new KubernetesStore(client, KubernetesHome.NAMESPACE), Clock.systemUTC())
                .create(WEB, Duration.ofMinutes(5));
        String third = planes.keySet().stream()
                .filter(pod -> !pod.equals(second))
                .findFirst()
                .orElseThrow();
        assertThat(certify(third, token)).isPositive();
    }
}
