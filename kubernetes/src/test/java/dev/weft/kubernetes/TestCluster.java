package dev.weft.kubernetes;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.ControlPlane;
import dev.weft.control.ControlSettings;
import dev.weft.control.Home;
import dev.weft.control.federation.FederationSettings;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.server.ControlServer;
import dev.weft.control.token.JoinTokens;
import dev.weft.daemon.json.Json;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.MockCluster;
import dev.weft.kubernetes.state.KubernetesStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A cluster as far as the control plane can tell: an API server in memory, and replicas that serve on real sockets. */
final class TestCluster implements AutoCloseable {

    private static final Duration REFRESH_HINT = Duration.ofSeconds(5);

    final TrustDomain domain;
    final KubernetesClient client;
    private final MockApi api = new MockApi();
    private final Path directory;
    private final List<ControlPlane> replicas = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param directory of the replicas' files
     */
    TestCluster(String domain, Path directory, int replicas) throws IOException {
        this.domain = TrustDomain.parse(domain);
        this.directory = directory;
        KubernetesMockServer server = api.start();
        MockCluster.expectKinds(server);
        client = api.connect(server);
        for (int i = 0; i < replicas; i++) {
            startReplica();
        }
    }

    /** Starts one more replica. */
    void startReplica() throws IOException {
        int i = replicas.size();
        Home home = KubernetesHome.over(client, "weft-control-" + i, 1);
        try {
            replicas.add(new ControlPlane(settings(i), home, Clock.systemUTC()));
        } catch (IOException | RuntimeException e) {
            home.close();
            throw e;
        }
    }

    private ControlSettings settings(int replica) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ControlSettings(
                List.of(),
                state(replica),
                domain,
                any,
                any,
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new FederationSettings(Optional.of(any), Optional.empty(), REFRESH_HINT),
                "info");
    }

    private Path state(int replica) {
        return directory.resolve(domain + "-" + replica);
    }

    ControlPlane replica(int number) {
        return replicas.get(number);
    }

    SpiffeId account(String namespace, String name) {
        return SpiffeId.ofServiceAccount(domain, namespace, name);
    }

    /** Creates or replaces an object of Kubernetes. */
    void put(HasMetadata object) {
        client.resource(object).createOr(item -> item.update());
    }

    /** Creates or replaces an object of {@code weft.dev}. */
    void put(String plural, Map<String, Object> object) {
        GenericKubernetesResource resource =
                client.getKubernetesSerialization().unmarshal(Json.write(object), GenericKubernetesResource.class);
        client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("weft.dev")
                        .withVersion("v1alpha1")
                        .withKind(resource.getKind())
                        .withPlural(plural)
                        .withNamespaced(resource.getMetadata().getNamespace() != null)
                        .build())
                .resource(resource)
                .createOr(item -> item.update());
    }

    /**
     * Says of another cluster what a link says.
     *
     * @param state {@code Active} or {@code Disabled}
     * @param ranges of the other's pods and Services
     */
    void link(TestCluster other, String state, String... ranges) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("state", state);
        spec.put("anchors", other.anchors());
        spec.put(
                "bundleEndpoint",
                Map.of(
                        "url",
                        "https://127.0.0.1:"
                                + other.replica(0).bundleEndpointPort().orElseThrow() + "/",
                        "profile",
                        "https_spiffe",
                        "endpointSpiffeId",
                        ControlServer.identity(other.domain).toString()));
        spec.put(
                "discovery",
                Map.of(
                        "addresses",
                        other.replicas.stream()
                                .map(replica -> "127.0.0.1:" + replica.port())
                                .toList(),
                        "ranges",
                        List.of(ranges)));
        put("trustdomains", object("TrustDomain", Map.of("name", other.domain.name()), spec));
    }

    static Map<String, Object> object(String kind, Map<String, Object> metadata, Map<String, Object> spec) {
        return Map.of("apiVersion", "weft.dev/v1alpha1", "kind", kind, "metadata", metadata, "spec", spec);
    }

    /** What operators see of the trust domain of another; as the leader sees it, and empty while nobody leads. */
    Optional<TrustDomainInfo> of(TestCluster other) {
        return leader(channel -> TrustDomainOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                        .getTrustDomainsList())
                .flatMap(all -> all.stream()
                        .filter(info -> info.getTrustDomain().equals(other.domain.name()))
                        .findFirst());
    }

    /** What the replica that leads answers; empty while none does. */
    <T> Optional<T> leader(Function<ManagedChannel, T> question) {
        for (int i = 0; i < replicas.size(); i++) {
            try (OperatorChannel channel = OperatorChannel.open(state(i))) {
                return Optional.of(question.apply(channel.channel()));
            } catch (StatusRuntimeException e) {
                if (!String.valueOf(e.getStatus().getDescription()).startsWith("WEFT-C123")) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    /** A token by which a sidecar of this identity joins. */
    String token(SpiffeId identity) {
        return new JoinTokens(new KubernetesStore(client, KubernetesHome.NAMESPACE), Clock.systemUTC())
                .create(identity, Duration.ofMinutes(5));
    }

    private String anchors() {
        List<AnchorInfo> anchors = leader(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .showTrust(ShowTrustRequest.getDefaultInstance())
                        .getAnchorsList())
                .orElseThrow();
        return Pem.encodeCertificates(Certificates.decodeAll(anchors.stream()
                .map(anchor -> anchor.getCertificate().toByteArray())
                .toList()));
    }

    @Override
    public void close() {
        replicas.forEach(ControlPlane::close);
        api.close();
    }
}
