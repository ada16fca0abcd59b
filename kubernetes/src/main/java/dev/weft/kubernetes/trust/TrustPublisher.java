package dev.weft.kubernetes.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.control.trust.UnpublishedAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.follow.Informers;
import dev.weft.kubernetes.inject.MissingSidecar;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ConfigMap {@code weft-trust} of every namespace up to date with the trusted anchors. A pod mounts it, and
 * its sidecar trusts these anchors until the control plane streams the whole bundle to it. If the API server has the
 * kind, a ClusterTrustBundle is kept up to date too.
 *
 * <p>The control plane's namespace owns the ConfigMaps, so Kubernetes deletes them some time after it. A ConfigMap that
 * is changed or deleted by others is written again, and one that cannot be written is tried again and reported. One
 * thread writes; the informers and the control plane only queue the namespaces to check. Each write is tried once, with
 * a short timeout, so that a namespace whose admission webhook hangs does not delay the others for long.
 */
public final class TrustPublisher implements AutoCloseable {

    /** The name of the ConfigMap in each namespace. */
    public static final String CONFIG_MAP = "weft-trust";

    /** The key of the anchors (PEM) in the ConfigMap. */
    public static final String KEY = "anchors.pem";

    static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/part-of", "weft", "app.kubernetes.io/managed-by", "weft");

    private static final Logger LOG = LoggerFactory.getLogger(TrustPublisher.class);
    /** Names a ConfigMap for operators. */
    private static final String PLACE = "configmap/%s/" + CONFIG_MAP;

    static final Duration RETRY = Duration.ofSeconds(5);

    private static final int WRITE_TIMEOUT_MILLIS = 5_000;

    /** The client of the writes. */
    private final KubernetesClient once;

    private final String home;
    private final Leadership leadership;
    private final WorkQueue queue = new WorkQueue();
    private final SharedIndexInformer<Namespace> namespaces;
    private final SharedIndexInformer<ConfigMap> configMaps;
    private final CountDownLatch namespacesListed = new CountDownLatch(1);
    private final CountDownLatch configMapsListed = new CountDownLatch(1);
    private final RefusedNamespaces refused = new RefusedNamespaces();
    private final ClusterBundle cluster;
    private final Thread writer;
    /** What is trusted now; nothing before the first {@link #publish}. */
    private volatile Supplier<List<X509Certificate>> trusted = List::of;
    /** PEM of the anchors to write; empty until they are known. Set by {@link #refresh} only. */
    private volatile String anchors = "";

    private TrustPublisher(KubernetesClient client, String home, Leadership leadership) {
        this.once = client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(WRITE_TIMEOUT_MILLIS)
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .adapt(KubernetesClient.class);
        this.home = requireNonNull(home, "home");
        this.leadership = requireNonNull(leadership, "leadership");
        this.namespaces = client.namespaces().runnableInformer(0);
        this.configMaps = client.configMaps()
                .inAnyNamespace()
                .withField("metadata.name", CONFIG_MAP)
                .runnableInformer(0);
        this.cluster = ClusterBundle.start(client, home, leadership);
        this.writer = Thread.ofVirtual().name("trust-publisher").unstarted(this::write);
    }

    /**
     * Starts to follow the namespaces. Nothing is written before {@link #publish}.
     *
     * @param home namespace of the control plane
     * @param leadership only the leader writes
     */
    public static TrustPublisher start(KubernetesClient client, String home, Leadership leadership) {
        TrustPublisher publisher = new TrustPublisher(client, home, leadership);
        leadership.onChange(publisher::lookAtAll);
        Informers.start(
                publisher.namespaces,
                "namespaces",
                (namespace, _) -> publisher.queue.add(namespace.getMetadata().getName()),
                publisher.namespacesListed::countDown);
        Informers.start(
                publisher.configMaps,
                "ConfigMaps with the anchors",
                (map, _) -> publisher.queue.add(map.getMetadata().getNamespace()),
                publisher.configMapsListed::countDown);
        publisher.writer.start();
        return publisher;
    }

    /**
     * Publishes the trusted anchors. Returns at once.
     *
     * @param present returns the anchors that are trusted at the moment of the call
     */
    public synchronized void publish(Supplier<List<X509Certificate>> present) {
        trusted = requireNonNull(present, "present");
        refresh();
    }

    /**
     * Brings the anchors to write in line with those that are trusted. It reads and sets them under one lock: several
     * threads change trust, and a slower one must not put former anchors in the place of present ones.
     */
    private synchronized String refresh() {
        List<X509Certificate> certificates = trusted.get();
        if (!certificates.isEmpty()) {
            String pem = Pem.encodeCertificates(certificates);
            if (!pem.equals(anchors)) {
                anchors = pem;
                cluster.publish(pem);
                lookAtAll();
            }
        }
        return anchors;
    }

    /** Those that could not be written the last time come last. */
    private void lookAtAll() {
        namespaces.getStore().list().stream()
                .map(namespace -> namespace.getMetadata().getName())
                .sorted(Comparator.comparing(refused::has))
                .forEach(queue::add);
    }

    private void write() {
        try {
            awaitLists();
            while (true) {
                String namespace = queue.take();
                try {
                    reconcile(namespace);
                } catch (RuntimeException e) { // must not end: no namespace would get new anchors
                    refused.add(namespace, String.valueOf(e.getMessage()));
                    LOG.atWarn()
                            .addKeyValue("namespace", namespace)
                            .log(
                                    "the trust anchors cannot be written to ConfigMap {} ({}): tried again in {} s",
                                    CONFIG_MAP,
                                    e.toString(),
                                    RETRY.toSeconds());
                    queue.addLater(namespace, RETRY);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the present objects are known: a ConfigMap that is not known yet would be created in vain. */
    private void awaitLists() throws InterruptedException {
        namespacesListed.await();
        configMapsListed.await();
    }

    private void reconcile(String name) {
        String pem = anchors;
        @Nullable Namespace namespace = namespaces.getStore().getByKey(name);
        if (!leadership.leads() || pem.isEmpty() || namespace == null || AnchorMap.isEnding(namespace)) {
            refused.remove(name);
            return;
        }
        @Nullable ConfigMap present = inForce(name);
        List<OwnerReference> owners =
                Optional.<Namespace>ofNullable(namespaces.getStore().getByKey(home)).map(ClusterBundle::owner).stream()
                        .toList();
        AnchorMap wanted = new AnchorMap(name, pem, owners);
        if (wanted.isLike(present)) {
            refused.remove(name);
            return;
        }
        wanted.write(once, present != null);
        refused.remove(name);
    }

    /**
     * Returns the ConfigMaps that do not have the anchors that are trusted now, in namespaces that do not end.
     * Namespaces without sidecars are left out: nothing mounts their ConfigMap, and some platforms refuse every write
     * to kube-system.
     */
    public List<UnpublishedAnchors> unpublished() {
        String pem = refresh();
        if (pem.isEmpty() || !namespaces.hasSynced() || !configMaps.hasSynced()) {
            return List.of(new UnpublishedAnchors(PLACE.formatted("*"), ""));
        }
        return namespaces.getStore().list().stream()
                .filter(namespace -> !AnchorMap.isEnding(namespace))
                .map(namespace -> namespace.getMetadata().getName())
                .filter(name -> !MissingSidecar.isExcluded(name) && !AnchorMap.has(inForce(name), pem))
                .sorted()
                .map(name -> new UnpublishedAnchors(PLACE.formatted(name), refused.problem(name)))
                .toList();
    }

    private @Nullable ConfigMap inForce(String namespace) {
        return configMaps.getStore().getByKey(namespace + "/" + CONFIG_MAP);
    }

    @Override
    public void close() {
        writer.interrupt();
        namespaces.stop();
        configMaps.stop();
        queue.close();
        cluster.close();
    }
}
