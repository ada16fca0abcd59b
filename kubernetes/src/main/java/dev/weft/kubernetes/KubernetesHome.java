package dev.weft.kubernetes;

import dev.weft.control.ControlSettings;
import dev.weft.control.Home;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.state.SharedState;
import dev.weft.kubernetes.attest.KubernetesAttestor;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.kubernetes.state.KubernetesStore;
import dev.weft.kubernetes.status.PolicyStatuses;
import dev.weft.kubernetes.trust.TrustPublisher;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Objects, state and proofs of identity in the Kubernetes API. */
final class KubernetesHome implements Home {

    /** The namespace of the control plane. */
    static final String NAMESPACE = "weft-system";

    private final KubernetesClient client;
    private final TrustPublisher publisher;

    private KubernetesHome(KubernetesClient client) {
        this.client = client;
        this.publisher = TrustPublisher.start(client);
    }

    /** The cluster that this process runs in, or that KUBECONFIG names. */
    static Home open(ControlSettings settings) {
        return new KubernetesHome(new KubernetesClientBuilder().build());
    }

    @Override
    public Objects objects(ControlSettings settings) throws IOException {
        KubernetesRegistry registry = KubernetesRegistry.open(client, settings.trustDomain());
        // It goes on as long as the process does, as this home does.
        var _ = PolicyStatuses.start(client, registry, Clock.systemUTC());
        return new Objects(registry, registry.operators());
    }

    @Override
    public void anchors(List<X509Certificate> trusted) {
        publisher.publish(trusted);
    }

    @Override
    public Optional<SharedState> shared() {
        return Optional.of(SharedState.alone(new KubernetesStore(client, NAMESPACE)));
    }

    @Override
    public Optional<WorkloadAttestor> attestor() {
        return Optional.of(new KubernetesAttestor(client, Clock.systemUTC()));
    }
}
