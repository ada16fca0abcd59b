package dev.weft.kubernetes.podcert;

import static java.util.Objects.requireNonNull;

import dev.weft.control.certify.PodCertificates;
import dev.weft.control.lead.Leadership;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.kubernetes.follow.Informers;
import dev.weft.kubernetes.status.StatusWriter;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the PodCertificateRequests for {@link #SIGNER}, if the API server has this kind. Only the leading replica
 * signs. One thread answers one request after another.
 */
public final class PodCertificateSigner implements AutoCloseable {

    /** The signer's name in a pod's volume. */
    public static final String SIGNER = "weft.dev/svid";

    private static final Logger LOG = LoggerFactory.getLogger(PodCertificateSigner.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** Time until the API server is asked for the kind again: it may be upgraded to a version that has it. */
    private static final Duration LOOK_FOR_API = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Leadership leadership;
    private final RequestProcessor answering;
    private final Clock clock;
    private final ScheduledExecutorService thread = Repetition.thread("pod-certificates");
    /** The keys of requests that are looked at again later. Used by the thread only. */
    private final Set<String> waiting = new HashSet<>();
    /** Null until the API server is known to have the kind. Set by the thread only. */
    private volatile @Nullable Requests requests;

    /** The requests of one API version. */
    private record Requests(ResourceDefinitionContext kind, SharedIndexInformer<GenericKubernetesResource> informer) {}

    /** Creates a signer. Only the leader answers. */
    public PodCertificateSigner(
            KubernetesClient client, Leadership leadership, PodCertificates certificates, Clock clock) {
        this.client = requireNonNull(client, "client");
        this.leadership = requireNonNull(leadership, "leadership");
        this.answering = new RequestProcessor(client, certificates);
        this.clock = requireNonNull(clock, "clock");
    }

    /** Starts to sign. It is called once. */
    public PodCertificateSigner start() {
        soon(this::begin, Duration.ZERO);
        leadership.onChange(() -> soon(this::lookAtAll, Duration.ZERO));
        return this;
    }

    private void begin() {
        try {
            ApiKinds.ofCertificates(client, "PodCertificateRequest", "podcertificaterequests", true)
                    .ifPresentOrElse(this::follow, () -> soon(this::begin, LOOK_FOR_API));
        } catch (RuntimeException e) { // whatever it is, without another question no request would ever be signed
            LOG.atWarn()
                    .log("it is not known whether the API server has pod certificates ({}): asked again", e.toString());
            soon(this::begin, RETRY);
        }
    }

    private void follow(ResourceDefinitionContext kind) {
        SharedIndexInformer<GenericKubernetesResource> informer = client.genericKubernetesResources(kind)
                .inAnyNamespace()
                .withField("spec.signerName", SIGNER)
                .runnableInformer(0);
        requests = new Requests(kind, informer);
        Informers.start(informer, "requests for pod certificates", (request, gone) -> {
            if (!gone) {
                soon(() -> look(Cache.metaNamespaceKeyFunc(request)), Duration.ZERO);
            }
        });
        LOG.atInfo().log("pods may ask for certificates of {} ({}/{})", SIGNER, kind.getGroup(), kind.getVersion());
    }

    private void lookAtAll() {
        Requests known = requests;
        if (known != null) {
            known.informer().getStore().listKeys().forEach(this::look);
        }
    }

    private void look(String key) {
        Requests known = requests;
        @Nullable
        GenericKubernetesResource request =
                known == null ? null : known.informer().getStore().getByKey(key);
        if (known == null
                || request == null
                || !leadership.leads()
                || PodRequest.isAnswered(request)
                || !SIGNER.equals(PodRequest.signer(request))) {
            return;
        }
        try {
            answer(known, request, key);
        } catch (KubernetesClientException e) {
            later(key, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("request", key)
                    .setCause(e)
                    .log("a request for a pod certificate is left unanswered");
        }
    }

    private void answer(Requests known, GenericKubernetesResource request, String key) {
        Answer answer;
        try {
            answer = answering.answer(PodRequest.read(request));
        } catch (IllegalArgumentException e) {
            answer = Answer.denied("Malformed", String.valueOf(e.getMessage()));
        }
        if (answer instanceof Answer.Refused refused) {
            LOG.atWarn()
                    .addKeyValue("request", key)
                    .addKeyValue("reason", refused.reason())
                    .log("no pod certificate: {}", refused.message());
        }
        switch (answer) {
            case Answer.Final last -> {
                GenericKubernetesResource answered =
                        client.getKubernetesSerialization().clone(request);
                // If another writer changes it meanwhile, the informer will report it.
                boolean _ = StatusWriter.write(client, known.kind(), answered, last.status(clock.instant()));
            }
            case Answer.Later(String why) -> later(key, why);
        }
    }

    private void later(String key, String why) {
        LOG.atWarn().addKeyValue("request", key).log("a request for a pod certificate waits: {}", why);
        if (waiting.add(key)) { // each update of the request would begin one more series of retries
            soon(
                    () -> {
                        waiting.remove(key);
                        look(key);
                    },
                    RETRY);
        }
    }

    private void soon(Runnable action, Duration after) {
        try {
            var _ = thread.schedule(action, after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // The signer is closed.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        Requests known = requests;
        if (known != null) {
            known.informer().stop();
        }
    }
}
