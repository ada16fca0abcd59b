package dev.weft.control.federation;

import dev.weft.api.v1.FollowedBundle;
import dev.weft.control.lead.Leadership;
import dev.weft.control.state.ControlState;
import dev.weft.control.tls.HttpsListener;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.json.Json;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.TrustDomainObject;
import io.grpc.BindableService;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Federation of a control plane: serves the own trust bundle, and follows the bundles of other trust domains. */
public final class Federation implements AutoCloseable {

    private static final String DIRECTORY = "federation";

    private final TrustDomain trustDomain;
    private final FederationSettings settings;
    private final TrustSource trust;
    private final Metrics metrics;
    private final Clock clock;
    private final BooleanSupplier registryWhole;
    private final PublishedBundle published;
    private final LastFetch fetches;
    private final FederationClient client;
    private @Nullable HttpsListener server;
    private @Nullable WebCertificateFiles web;
    private volatile Followed followed = new Followed(Map.of(), false);

    /** The trust domains to follow. {@code whole} is whether these are all that the registry has. */
    private record Followed(Map<TrustDomain, FollowSettings> wanted, boolean whole) {}

    /**
     * Creates the federation; it follows and serves nothing yet.
     *
     * @param registryWhole whether all the registry's objects are there, that is, no file has errors
     * @param state where bundles are stored
     * @param leadership tells whether this control plane fetches, where several share the state
     * @throws IOException if the state cannot be used
     */
    public Federation(
            TrustDomain trustDomain,
            FederationSettings settings,
            ControlState state,
            Leadership leadership,
            TrustSource trust,
            BooleanSupplier registryWhole,
            Metrics metrics,
            Clock clock)
            throws IOException {
        this.trustDomain = trustDomain;
        this.settings = settings;
        this.trust = trust;
        this.metrics = metrics;
        this.clock = clock;
        this.registryWhole = registryWhole;
        published = new PublishedBundle(trustDomain, trust, settings.refreshHint());
        fetches = new LastFetch(state.shared(), settings.refreshHint(), clock);
        client = new FederationClient(
                trust,
                new BundleStore(state.store(), leadership),
                leadership,
                new HttpsFetcher(trustDomain, trust, clock, HttpsFetcher.TIMEOUT),
                PollSchedule.STANDARD,
                clock,
                () -> ThreadLocalRandom.current().nextDouble(),
                new FederationMetrics(metrics, clock));
        if (state.isShared()) {
            fetches.follow(state.shared());
            // The subscription lasts as long as the store.
            var _ = state.store().follow(DIRECTORY, _ -> client.readAgain());
        }
    }

    /** Follows the trust domains whose objects have a bundle endpoint. Returns before that is done. */
    public void declared(DeclaredTrust declared) {
        Map<TrustDomain, FollowSettings> wanted = new TreeMap<>();
        for (TrustDomainObject object : declared.domains().values()) {
            if (!object.trustDomain().equals(trustDomain)) {
                object.bundleEndpoint()
                        .ifPresent(endpoint -> wanted.put(object.trustDomain(), FollowSettings.of(object, endpoint)));
            }
        }
        Followed next = new Followed(wanted, registryWhole.getAsBoolean());
        if (!next.equals(followed)) {
            followed = next;
            var _ = client.follow(next.wanted(), next.whole());
        }
    }

    /**
     * Called when a trust domain's control plane reports the sequence of its bundle. Fetches the bundle at once if it
     * is followed and an older one is held. Returns before that is done.
     */
    public void newerBundle(TrustDomain domain, long sequence) {
        client.newerBundle(domain, sequence);
    }

    /** Waits until the stored bundles are in force: to be called before any client is served. */
    public void awaitBundles() {
        Followed now = followed;
        client.follow(now.wanted(), now.whole()).join();
    }

    /**
     * Serves the own bundle, if the settings say so.
     *
     * @param svid the certificate of the endpoint, unless the settings name another one
     * @throws IOException if the address or the certificate cannot be used
     */
    public void serve(ReplaceableCertificate svid) throws IOException {
        if (settings.endpoint().isEmpty()) {
            return;
        }
        ReplaceableCertificate shown = svid;
        if (settings.web().isPresent()) {
            web = new WebCertificateFiles(settings.web().get());
            shown = web.shown();
        }
        ReplaceableCertificate ending = shown;
        metrics.gauge(
                "weft_control_bundle_endpoint_certificate_seconds_to_end",
                "Time until the certificate of the bundle endpoint expires.",
                () -> Duration.between(clock.instant(), notAfter(ending)).toSeconds());
        server = BundleServer.start(
                settings.endpoint().get(), shown, published, this::fetched, metrics, BundleServer.LIMITS);
    }

    /**
     * Remembers a fetch, unless by a linked control plane: that one reports which anchors it holds, so no waiting
     * time is needed. Whoever only says to be one loses its own waiting time and nobody else's.
     */
    private void fetched(BundleFetch fetch) {
        boolean linked = trust.declaredDomains().values().stream()
                .filter(object -> object.state() == TrustBundle.State.ACTIVE)
                .anyMatch(object -> object.discovery()
                        .filter(discovery -> object.trustDomain().name().equals(fetch.trustDomain())
                                || discovery.addresses().stream()
                                        .anyMatch(control -> control.address().equals(fetch.from())))
                        .isPresent());
        if (!linked) {
            fetches.fetched();
        }
    }

    private static Instant notAfter(ReplaceableCertificate shown) {
        return shown.chain().stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    /** Reads the endpoint's certificate again, if it is in files. */
    public void reload() {
        WebCertificateFiles files = web;
        if (files != null) {
            files.reload();
        }
    }

    /** Returns how long new keys must be published before use, so that all followers learn of them (FE-10). */
    public Duration grace() {
        return settings.endpoint().isPresent() ? fetches.grace() : Duration.ZERO;
    }

    /** Returns the port of the endpoint; empty if nothing is served. */
    public Optional<Integer> port() {
        HttpsListener running = server;
        return running == null ? Optional.empty() : Optional.of(running.port());
    }

    /** Returns the status of a trust domain's bundle; empty if the bundle is not fetched. */
    public Optional<FollowedBundle> followed(TrustDomain domain) {
        return client.status().stream()
                .filter(status -> status.trustDomain().equals(domain))
                .map(DomainStatus::toProto)
                .findFirst();
    }

    /** Returns the admin page, as JSON. */
    public String page() {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("trustDomain", trustDomain.name());
        page.put("endpoint", endpoint().orElse(null));
        page.put("followed", client.status().stream().map(DomainStatus::fields).toList());
        return Json.write(page);
    }

    private Optional<Map<String, Object>> endpoint() {
        return settings.endpoint().map(address -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("address", address.getHostString() + ":" + port().orElse(address.getPort()));
            fields.put("profile", settings.web().isPresent() ? "https_web" : "https_spiffe");
            fields.put("sequence", published.now().sequence().orElse(0));
            fields.put("refreshHintSeconds", settings.refreshHint().toSeconds());
            fields.put("graceSeconds", grace().toSeconds());
            return fields;
        });
    }

    /** Returns the service that shows bundles to operators. */
    public BindableService operatorService() {
        return new FederationOperatorService(trustDomain, published, trust);
    }

    @Override
    public void close() {
        HttpsListener running = server;
        if (running != null) {
            running.close();
        }
        client.close();
    }
}
