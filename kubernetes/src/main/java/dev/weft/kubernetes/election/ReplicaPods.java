package dev.weft.kubernetes.election;

import static java.util.Objects.requireNonNull;

import dev.weft.control.replica.OtherReplicas;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other running pods of the control plane, ready or not: a pod that is not ready may serve sidecars that connected
 * earlier.
 */
public final class ReplicaPods implements OtherReplicas {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaPods.class);
    private static final String LABEL = "app.kubernetes.io/name";
    private static final String CONTROL = "weft-control";
    private static final String RUNNING = "Running";

    private final KubernetesClient client;
    private final String namespace;
    private final String self;
    private final int port;

    /**
     * Finds the replicas in a namespace.
     *
     * @param self name of this pod
     * @param port port on which each replica listens
     */
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
        Runnable tell = () -> {
            Map<String, InetSocketAddress> others = new TreeMap<>();
            pods.getStore().list().stream()
                    .filter(this::isOther)
                    .forEach(pod -> others.put(
                            pod.getMetadata().getName(),
                            new InetSocketAddress(pod.getStatus().getPodIP(), port)));
            changed.accept(others);
        };
        pods.exceptionHandler((_, cause) -> {
            LOG.atWarn().log("the other replicas' pods cannot be followed ({}): tried again", cause.getMessage());
            return true;
        });
        pods.addEventHandler(new Told(tell));
        pods.start();
    }

    private boolean isOther(Pod pod) {
        return !pod.getMetadata().getName().equals(self)
                && pod.getStatus() != null
                && RUNNING.equals(pod.getStatus().getPhase())
                && pod.getStatus().getPodIP() != null;
    }

    private record Told(Runnable tell) implements ResourceEventHandler<Pod> {

        @Override
        public void onAdd(Pod pod) {
            tell.run();
        }

        @Override
        public void onUpdate(Pod before, Pod now) {
            tell.run();
        }

        @Override
        public void onDelete(Pod pod, boolean unknownFinalState) {
            tell.run();
        }
    }
}
