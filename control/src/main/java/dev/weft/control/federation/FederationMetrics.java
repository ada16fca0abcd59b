package dev.weft.control.federation;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Metrics of fetching bundles, by trust domain. */
final class FederationMetrics {

    private final Metrics metrics;
    private final Clock clock;
    private final Counter fetched;
    private final Counter failed;

    FederationMetrics(Metrics metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
        this.fetched = metrics.counter(
                "weft_control_federation_fetched_total",
                "Trust bundles fetched, whether changed or unchanged.",
                "trust_domain");
        this.failed = metrics.counter(
                "weft_control_federation_failures_total", "Trust bundles that could not be fetched.", "trust_domain");
    }

    void follow(Supplier<List<DomainStatus>> status) {
        metrics.gauges(
                "weft_control_federation_bundle_age_seconds",
                "Time since the trust bundle was last fetched or found unchanged.",
                "trust_domain",
                () -> ages(status.get()));
    }

    private Map<String, Double> ages(List<DomainStatus> status) {
        Map<String, Double> ages = new TreeMap<>();
        status.forEach(domain -> domain.lastSuccess()
                .ifPresent(at -> ages.put(domain.trustDomain().name(), (double)
                        Duration.between(at, clock.instant()).toSeconds())));
        return ages;
    }

    void fetched(TrustDomain trustDomain) {
        fetched.increment(trustDomain.name());
    }

    void failed(TrustDomain trustDomain) {
        failed.increment(trustDomain.name());
    }
}
