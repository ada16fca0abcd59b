package dev.weft.kubernetes.webhook;

import dev.weft.control.lead.Leadership;
import dev.weft.control.tls.HttpsListener;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.kubernetes.follow.Informers;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import dev.weft.kubernetes.inject.PodPatches;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhook of one replica: the server, and a thread that maintains its certificate and the configuration's {@code
 * caBundle}.
 */
public final class Webhook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final WebhookTrust trust;
    private final HttpsListener server;
    private final WebhookCounts counts = new WebhookCounts();
    private final SharedIndexInformer<MutatingWebhookConfiguration> configurations;
    private final Entry.Watch watch;
    private final Thread keeper;
    private final Clock clock;
    /** Has at least one permit while there is something to check. */
    private final Semaphore news = new Semaphore(0);

    private Webhook(WebhookSettings settings, KubernetesClient client, Store store, Leadership leadership, Clock clock)
            throws IOException {
        this.clock = clock;
        CertificateTimings pace = CertificateTimings.of(settings.authorityLife());
        this.trust = new WebhookTrust(store, leadership, new ConfiguredBundle(client), pace, clock);
        WebhookExchange exchange =
                new WebhookExchange(new Reviews(new PodPatches(settings.injection()), name -> namespace(client, name)));
        this.server = HttpsListener.start(
                "webhook", settings.listen(), trust.certificate(), WebhookExchange.LIMITS, exchange, counts::count);
        this.configurations = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withField("metadata.name", AdmissionPolicies.INJECTION)
                .runnableInformer(0);
        this.watch = store.follow(WebhookTrust.FOLDER, _ -> news.release());
        this.keeper = Thread.ofVirtual().name("webhook").unstarted(this::run);
        leadership.onChange(news::release);
    }

    /**
     * Starts to serve, with a certificate as soon as the store can be read.
     *
     * @param store holds the authorities; every replica writes them
     * @param leadership only the leader writes the configuration
     * @throws IOException if the address cannot be bound
     */
    public static Webhook start(
            WebhookSettings settings, KubernetesClient client, Store store, Leadership leadership, Clock clock)
            throws IOException {
        Webhook webhook = new Webhook(settings, client, store, leadership, clock);
        Informers.start(webhook.configurations, "the webhook's configuration", (_, _) -> webhook.news.release());
        webhook.keeper.start();
        return webhook;
    }

    private static PodPatches.Namespace namespace(KubernetesClient client, String name) throws IOException {
        @Nullable Namespace namespace;
        try {
            namespace = client.namespaces().withName(name).get();
        } catch (KubernetesClientException e) {
            throw new IOException("namespace " + name + " cannot be read: " + e.getMessage(), e);
        }
        if (namespace == null) {
            throw new IOException("there is no namespace " + name);
        }
        return new PodPatches.Namespace(
                name,
                Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of()),
                Objects.requireNonNullElse(namespace.getMetadata().getAnnotations(), Map.of()));
    }

    /** Returns the port on which it listens. */
    public int port() {
        return server.port();
    }

    /** Returns why API servers cannot call the webhook; empty if they can. */
    public List<String> problems() {
        return trust.problems();
    }

    /** Adds the webhook's metrics. */
    public void register(Metrics metrics) {
        counts.register(metrics);
        metrics.gauge(
                "weft_control_webhook_ca_seconds_to_end",
                "Time until the CA of the webhook's certificate expires. 0 if there is no CA yet.",
                () -> trust.authorityEnd()
                        .map(end -> Duration.between(clock.instant(), end).toSeconds())
                        .orElse(0L));
    }

    private void run() {
        try {
            while (true) {
                try {
                    trust.keep();
                } catch (IOException | StateException | KubernetesClientException e) {
                    LOG.atWarn()
                            .log(
                                    "WEFT-C131: the webhook's certificates cannot be kept ({}): tried again in {} s",
                                    e.getMessage(),
                                    LOOK.toSeconds());
                } catch (RuntimeException e) { // must not end: certificates expire, and no pod could be created
                    LOG.atError()
                            .setCause(e)
                            .log(
                                    "WEFT-C131: keeping the webhook's certificates failed: tried again in {} s",
                                    LOOK.toSeconds());
                }
                var _ = news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                news.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
        watch.close();
        configurations.stop();
        server.close();
    }
}
