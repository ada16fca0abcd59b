package dev.weft.kubernetes;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.ControlSettings;
import dev.weft.control.Home;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.PodCertificates;
import dev.weft.control.replica.OtherReplicas;
import dev.weft.control.state.SharedState;
import dev.weft.control.trust.UnpublishedAnchors;
import dev.weft.control.view.ViewServer;
import dev.weft.control.watch.SidecarView;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.kubernetes.attest.KubernetesAttestor;
import dev.weft.kubernetes.attest.KubernetesViewers;
import dev.weft.kubernetes.attest.PodEvents;
import dev.weft.kubernetes.election.LeaseElection;
import dev.weft.kubernetes.election.ReplicaPods;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.podcert.PodCertificateSigner;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.kubernetes.state.KubernetesStore;
import dev.weft.kubernetes.status.MissingSidecarEvents;
import dev.weft.kubernetes.status.PolicyStatuses;
import dev.weft.kubernetes.status.RotationMirror;
import dev.weft.kubernetes.status.RouteStatuses;
import dev.weft.kubernetes.trust.TrustPublisher;
import dev.weft.kubernetes.webhook.Webhook;
import dev.weft.kubernetes.webhook.WebhookSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The Kubernetes API as the place of objects, state and identity proofs. */
final class KubernetesHome implements Home {

    /** The namespace of the control plane. */
    static final String NAMESPACE = "weft-system";

    private static final String UNNAMED = "weft-control";

    private final KubernetesClient client;
    private final KubernetesStore store;
    private final LeaseElection election;
    private final TrustPublisher publisher;
    private final OtherReplicas replicas;
    private volatile @Nullable KubernetesRegistry registry;
    /** Ends what writes into the objects of the cluster. */
    private final List<Runnable> writers = new CopyOnWriteArrayList<>();

    private final Optional<Webhook> webhook;
    private final Inbound inbound;
    private final int viewPort;

    private KubernetesHome(
            KubernetesClient client,
            String pod,
            int port,
            Inbound inbound,
            Optional<WebhookSettings> webhook,
            int viewPort) {
        this.client = client;
        this.inbound = inbound;
        this.viewPort = viewPort;
        this.replicas = new ReplicaPods(client, NAMESPACE, pod, port);
        this.store = new KubernetesStore(client, NAMESPACE);
        this.election = LeaseElection.start(client, NAMESPACE, pod, store, Clock.systemUTC());
        this.publisher = TrustPublisher.start(client, NAMESPACE, election);
        this.webhook = webhook.map(this::serve);
    }

    private Webhook serve(WebhookSettings settings) {
        try {
            return Webhook.start(settings, client, store, election, Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Opens the cluster in which this process runs, or the one that KUBECONFIG names. */
    static Home open(ControlSettings settings) {
        return open(settings, new KubernetesClientBuilder().build(), System.getenv(), ViewServer.PORT);
    }

    /** @param environment variables that {@code weft install} writes, and those of every pod */
    static Home open(ControlSettings settings, KubernetesClient client, Map<String, String> environment, int viewPort) {
        return new KubernetesHome(
                client,
                podName(environment),
                settings.listen().getPort(),
                Inbound.read(environment),
                WebhookSettings.read(environment, settings.trustDomain()),
                viewPort);
    }

    /** Opens the home of one of several replicas, without a webhook. */
    static Home over(KubernetesClient client, String pod, int port) {
        return new KubernetesHome(client, pod, port, Inbound.PERMISSIVE, Optional.empty(), 0);
    }

    /** Returns the pod's name. By default a pod's host name is its name. */
    private static String podName(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("WEFT_POD_NAME"))
                .or(() -> Optional.ofNullable(environment.get("HOSTNAME")))
                .filter(name -> !name.isBlank())
                .orElse(UNNAMED);
    }

    @Override
    public Objects objects(ControlSettings settings) throws IOException {
        KubernetesRegistry opened = KubernetesRegistry.open(client, settings.trustDomain(), inbound.mode());
        registry = opened;
        return new Objects(opened, opened.operators());
    }

    @Override
    public void sidecars(SidecarView sidecars) {
        KubernetesRegistry open = registry;
        if (open != null) {
            writers.add(new PolicyStatuses(client, open, sidecars, election, Clock.systemUTC()).start()::close);
            writers.add(new RouteStatuses(client, open, election, Clock.systemUTC()).start()::close);
            PodEvents events = new PodEvents(client, KubernetesAttestor.TIMEOUT, Clock.systemUTC());
            writers.add(new MissingSidecarEvents(open::missingSidecars, events, election).start()::close);
        }
    }

    @Override
    public void rotations(Supplier<Optional<RotationStatus>> status) {
        writers.add(new RotationMirror(client, status, election, Clock.systemUTC()).start()::close);
    }

    @Override
    public void anchors(Supplier<List<X509Certificate>> trusted) {
        publisher.publish(trusted);
    }

    @Override
    public List<UnpublishedAnchors> unpublished() {
        return publisher.unpublished();
    }

    @Override
    public Optional<SharedState> shared() {
        return Optional.of(new SharedState(store.leading(election::term), store, election));
    }

    @Override
    public Optional<WorkloadAttestor> attestor() {
        return Optional.of(new KubernetesAttestor(client, Clock.systemUTC()));
    }

    @Override
    public Optional<Views> views() {
        return Optional.of(new Views(viewPort, new KubernetesViewers(client)));
    }

    @Override
    public OtherReplicas replicas() {
        return replicas;
    }

    @Override
    public void issue(PodCertificates certificates) {
        writers.add(new PodCertificateSigner(client, election, certificates, Clock.systemUTC()).start()::close);
    }

    @Override
    public List<String> problems() {
        return webhook.map(Webhook::problems).orElse(List.of());
    }

    @Override
    public void register(Metrics metrics) {
        webhook.ifPresent(served -> served.register(metrics));
    }

    @Override
    public void close() {
        writers.forEach(Runnable::run);
        webhook.ifPresent(Webhook::close);
        publisher.close();
        election.close();
    }
}
