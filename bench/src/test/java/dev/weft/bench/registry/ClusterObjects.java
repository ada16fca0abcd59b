package dev.weft.bench.registry;

import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The objects of a mesh in a real API server: pods on a node that is no machine, so that none of them runs. They are removed with
 * their namespaces. Safe for use by several threads.
 */
final class ClusterObjects implements AutoCloseable {
    static final int SERVICES_OF_NAMESPACE = 20;

    private static final String NODE = "weft-scale";
    private static final int PORT = 8080;
    private static final int OCTET = 256;
    private static final int WRITERS = 16;

    private final KubernetesClient client;
    private final int services;
    private final List<String> destinations = new ArrayList<>();

    ClusterObjects(KubernetesClient client, int services) {
        this.client = client;
        this.services = services;
    }

    int services() {
        return services;
    }

    /** The resource by which a sidecar asks where a Service leads. */
    String destination(int service) {
        return destinations.get(service);
    }

    static ObjectName pod(int service, int replica) {
        return new ObjectName(namespace(service), "app" + service + "-" + replica);
    }

    static String namespace(int service) {
        return "weft-scale-" + service / SERVICES_OF_NAMESPACE;
    }

    /** Writes all of them. */
    void write() throws InterruptedException, ExecutionException {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .endMetadata()
                        .withNewSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build())
                .createOr(node -> node.update());
        all(
                services / SERVICES_OF_NAMESPACE,
                number -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("weft-scale-" + number)
                                .endMetadata()
                                .build())
                        .createOr(namespace -> namespace.update()));
        destinations.addAll(all(services, this::service));
        all(services * MeshSize.POLICIES, this::policy);
        all(services * MeshSize.REPLICAS, number -> create(number / MeshSize.REPLICAS, number % MeshSize.REPLICAS));
    }

    /** The node's heartbeat: without it the cluster would call all pods unready. To be called every ten seconds, by one thread. */
    void alive() {
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-node-lease")
                        .withName(NODE)
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(NODE)
                        .withLeaseDurationSeconds(40)
                        .withRenewTime(ZonedDateTime.now(Clock.systemUTC().withZone(ZoneOffset.UTC)))
                        .endSpec()
                        .build())
                .createOr(lease -> lease.update());
    }

    private interface Writing<T> {
        T write(int number);
    }

    private static <T> List<T> all(int count, Writing<T> writing) throws InterruptedException, ExecutionException {
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<T>> written = IntStream.range(0, count)
                    .mapToObj(number -> writers.submit(() -> writing.write(number)))
                    .toList();
            List<T> results = new ArrayList<>(count);
            for (Future<T> each : written) {
                results.add(each.get());
            }
            return results;
        }
    }

    /** The destination of a new Service. */
    private String service(int number) {
        String address = client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace(number))
                        .withName("app" + number)
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "app" + number))
                        .withPorts(new ServicePortBuilder()
                                .withPort(80)
                                .withNewTargetPort(PORT)
                                .build())
                        .endSpec()
                        .build())
                .createOr(present -> present.update())
                .getSpec()
                .getClusterIP();
        return "destination/" + address + ":80";
    }

    private GenericKubernetesResource policy(int number) {
        int service = number / MeshSize.POLICIES;
        int caller = (service + number % MeshSize.POLICIES + 1) % services;
        return client.resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion("weft.dev/v1alpha1")
                        .withKind("AuthorizationPolicy")
                        .withNewMetadata()
                        .withNamespace(namespace(service))
                        .withName("app" + service + "-from-" + number % MeshSize.POLICIES)
                        .endMetadata()
                        .addToAdditionalProperties(
                                "spec",
                                Map.of(
                                        "workloads",
                                        Map.of("matchLabels", Map.of("app", "app" + service)),
                                        "action",
                                        "Allow",
                                        "ports",
                                        List.of(PORT),
                                        "from",
                                        List.of(Map.of("namespace", namespace(caller)))))
                        .build())
                .createOr(present -> present.update());
    }

    private Pod create(int service, int replica) {
        ObjectName name = pod(service, replica);
        Pod made = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .withLabels(Map.of("app", "app" + service))
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(NODE)
                        .withAutomountServiceAccountToken(false)
                        .withTolerations(
                                new TolerationBuilder().withOperator("Exists").build())
                        .withInitContainers(new ContainerBuilder()
                                .withName("weft-proxy")
                                .withImage("weft")
                                .withRestartPolicy("Always")
                                .build())
                        .withContainers(new ContainerBuilder()
                                .withName("app")
                                .withImage("app")
                                .addNewPort()
                                .withName("http")
                                .withContainerPort(PORT)
                                .endPort()
                                .build())
                        .endSpec()
                        .build())
                .createOr(present -> present.update());
        ready(service, replica, true);
        return made;
    }

    /** A pod becomes ready, or is no longer so. */
    void ready(int service, int replica, boolean ready) {
        ObjectName name = pod(service, replica);
        int number = service * MeshSize.REPLICAS + replica;
        String address = "10." + (128 + number / OCTET / OCTET) + "." + number / OCTET % OCTET + "." + number % OCTET;
        PodStatus status = new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address)
                .withPodIPs(new PodIPBuilder().withIp(address).build())
                .withConditions(
                        new PodConditionBuilder()
                                .withType("Initialized")
                                .withStatus("True")
                                .build(),
                        new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus(ready ? "True" : "False")
                                .build())
                .build();
        client.pods()
                .inNamespace(name.namespace())
                .withName(name.name())
                .editStatus(pod -> new PodBuilder(pod).withStatus(status).build());
    }

    @Override
    public void close() {
        for (int number = 0; number < services / SERVICES_OF_NAMESPACE; number++) {
            client.namespaces().withName("weft-scale-" + number).delete();
        }
        client.nodes().withName(NODE).delete();
    }
}
