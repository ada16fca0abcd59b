package dev.weft.kubernetes.election;

import static java.util.Objects.requireNonNull;

import dev.weft.control.replica.OtherReplicas;
import dev.weft.kubernetes.follow.Informers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The other running pods of the control plane, ready or not: a pod that is not ready may serve sidecars that connected
 * earlier.
 */
public final class ReplicaPods implements OtherReplicas {

    private static final String LABEL = "app.kubernetes.io/name";
    private static final String CONTROL = "weft-control";
    private static final String RUNNING = "Running";

    private final KubernetesClient client;
    private final String namespace;
    private final String self;
    private final int port;

    /** Finds the replicas in a namespace besides the pod {@code self}; each listens on this port. */
    public ReplicaPods(KubernetesClient client, String namespace, String self, int port) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
        this.self = requireNonNull(self, "self");
        this.port = port;
    }

    /** Follows the pods as long as the client is open. */
    @Override
    public void follow(Consumer<Map<String, InetSocketAddress>> changed) {
        SharedIndexInformer<Pod> pods =
                client.pods().inNamespace(namespace).withLabel(LABEL, CONTROL).runnableInformer(0);
        Informers.start(pods, "the other replicas' pods", (_, _) -> {
            Map<String, InetSocketAddress> others = new TreeMap<>();
            pods.getStore().list().stream()
                    .filter(this::isOther)
                    .forEach(pod -> others.put(
                            pod.getMetadata().getName(),
                            new InetSocketAddress(pod.getStatus().getPodIP(), port)));
            changed.accept(others);
        });
    }

    private boolean isOther(Pod pod) {
        return !pod.getMetadata().getName().equals(self)
                && pod.getStatus() != null
                && RUNNING.equals(pod.getStatus().getPhase())
                && pod.getStatus().getPodIP() != null;
    }
}
