package dev.weft.proxy;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.RenewalHealth;
import dev.weft.proxy.identity.TlsContexts;
import java.time.Instant;
import java.time.InstantSource;

/** The metrics of the workload's certificate and its renewal, read at each scrape. */
record CertificateGauges(IdentityManager identity, TlsContexts contexts, InstantSource clock) {
    private static final double MILLIS = 1000;

    void register(Metrics metrics) {
        metrics.gauge(
                "weft_certificate_seconds_to_end",
                "Time until the certificate expires, negative if it has expired",
                () -> identity.health().left(clock.instant()).toMillis() / MILLIS);
        metrics.total("weft_certificate_renewals_total", "Certificates received since the start", identity::renewals);
        metrics.total(
                "weft_certificate_renewals_failed_total",
                "Attempts to get a certificate that failed",
                identity::failuresTotal);
        metrics.gauge(
                "weft_certificate_failures",
                "Failed attempts since the last certificate",
                () -> identity.health().failures());
        metrics.gauge(
                "weft_certificate_failing_since_timestamp_seconds",
                "Time of the first failed attempt, Unix time; 0 if none failed",
                () -> failingSince(identity.health()));
        metrics.gauge("weft_tls_contexts", "TLS contexts whose native memory is not released", contexts::live);
    }

    private static double failingSince(RenewalHealth health) {
        Instant since = health.failingSince();
        return since == null ? 0 : since.getEpochSecond();
    }
}
