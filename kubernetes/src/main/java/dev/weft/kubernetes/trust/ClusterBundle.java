package dev.weft.kubernetes.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.follow.ApiKinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a ClusterTrustBundle (KEP-3257) up to date with the trusted anchors, if the API server has this kind. Any pod
 * can mount it by the signer's name. The API server is asked for the kind at the start and regularly afterwards. The
 * control plane's namespace owns the bundle, so the bundle is deleted with it.
 */
final class ClusterBundle implements AutoCloseable {

    /** The signer's name by which pods mount the anchors. */
    static final String SIGNER = "weft.dev/mesh";

    /** The name of the object. The API server requires the signer's name before the last colon. */
    static final String NAME = "weft.dev:mesh:anchors";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterBundle.class);

    private static final String KIND = "ClusterTrustBundle";
    /** Time between two looks at the object, in case another program has changed it. */
    private static final Duration LOOK = Duration.ofSeconds(30);
    /** Number of looks until an API server without the kind is asked again. */
    private static final int LOOKS_BETWEEN_QUESTIONS = 10;

    private final KubernetesClient client;
    private final String namespace;
    private final Leadership leadership;
    private final ScheduledExecutorService thread = Repetition.thread("cluster-bundle");
    private volatile String anchors = "";
    // Used by the thread only:
    private Optional<ResourceDefinitionContext> kind = Optional.empty();
    private int looksToQuestion;
    private String problem = "";

    private ClusterBundle(KubernetesClient client, String namespace, Leadership leadership) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
        this.leadership = requireNonNull(leadership, "leadership");
    }

    /** Starts. Nothing is written before {@link #publish}, and only the leader writes. */
    static ClusterBundle start(KubernetesClient client, String namespace, Leadership leadership) {
        ClusterBundle bundle = new ClusterBundle(client, namespace, leadership);
        leadership.onChange(bundle::lookSoon);
        var _ = Repetition.every(bundle.thread, LOOK, bundle::look);
        return bundle;
    }

    /** Sets the trusted anchors, as PEM. Returns at once. */
    void publish(String pem) {
        anchors = pem;
        lookSoon();
    }

    private void lookSoon() {
        try {
            thread.execute(this::look);
        } catch (RejectedExecutionException _) {
            // Closed meanwhile.
        }
    }

    /** Looks at the object. Throws nothing, because a schedule ends with the first task that throws. */
    void look() {
        try {
            String pem = anchors;
            if (pem.isEmpty() || !leadership.leads()) {
                return;
            }
            if (kind.isEmpty() && looksToQuestion-- <= 0) {
                looksToQuestion = LOOKS_BETWEEN_QUESTIONS;
                kind = ApiKinds.ofCertificates(client, KIND, "clustertrustbundles", false);
            }
            kind.ifPresent(known -> write(client.genericKubernetesResources(known), pem));
            problem = "";
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                kind = Optional.empty(); // the API server no longer has the kind
                return;
            }
            report(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            report(e.toString());
        }
    }

    private void report(String why) {
        if (!why.equals(problem)) {
            problem = why;
            LOG.atWarn()
                    .log(
                            "the trust anchors cannot be written to ClusterTrustBundle {} ({}): tried again every {} s",
                            NAME,
                            why,
                            LOOK.toSeconds());
        }
    }

    private void write(
            MixedOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> bundles, String pem) {
        Map<String, Object> spec = Map.of("signerName", SIGNER, "trustBundle", pem);
        @Nullable GenericKubernetesResource live = bundles.withName(NAME).get();
        if (live == null) {
            GenericKubernetesResource made = new GenericKubernetesResource();
            made.setApiVersion(
                    kind.orElseThrow().getGroup() + "/" + kind.orElseThrow().getVersion());
            made.setKind(KIND);
            made.setMetadata(new ObjectMetaBuilder()
                    .withName(NAME)
                    .withLabels(TrustPublisher.LABELS)
                    .withOwnerReferences(owner().stream().toList())
                    .build());
            made.setAdditionalProperty("spec", spec);
            bundles.resource(made).create();
        } else if (!spec.equals(live.getAdditionalProperties().get("spec"))) {
            live.setAdditionalProperty("spec", spec);
            bundles.resource(live).update();
        }
    }

    private Optional<OwnerReference> owner() {
        return Optional.<Namespace>ofNullable(
                        client.namespaces().withName(namespace).get())
                .map(ClusterBundle::owner);
    }

    /** Returns the reference by which an object is deleted some time after this namespace. */
    static OwnerReference owner(Namespace namespace) {
        return new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(namespace.getMetadata().getName())
                .withUid(namespace.getMetadata().getUid())
                .build();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
