package dev.weft.proxy;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.metrics.ProcessMetrics;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.RenewalHealth;
import dev.weft.proxy.identity.TlsContexts;
import dev.weft.proxy.session.Session;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** The workload's metrics that are read at each scrape. */
record WorkloadGauges(Workload workload) {
    private static final double MILLIS = 1000;

    void register(Metrics metrics) {
        metrics.gauge(
                "weft_ready",
                "1 if the sidecar is ready",
                () -> workload.missing().isEmpty() ? 1 : 0);
        metrics.gauge(
                "weft_sessions_inbound",
                "Open sessions to the workload",
                () -> workload.registry().count(Session.Direction.INBOUND));
        metrics.gauge(
                "weft_sessions_outbound",
                "Open sessions that the workload opened",
                () -> workload.registry().count(Session.Direction.OUTBOUND));
        metrics.gauge(
                "weft_held_bytes",
                "Bytes that sessions hold because the receiver does not read",
                () -> workload.registry().held());
        metrics.gauge("weft_tunnels", "Open tunnels", () -> workload.registry().tunnels());
        metrics.gauge(
                "weft_destinations",
                "Destinations that are known or were requested",
                () -> workload.directory().size());
        metrics.gauge(
                "weft_policy_refused",
                "1 if the control plane's policy of the workload cannot be used and no connection is admitted",
                () -> workload.mesh().policyRefusal() == null ? 0 : 1);
        metrics.gauge(
                "weft_unmeshed_unconfirmed",
                "Addresses outside of the mesh whose confirmation by the control plane is overdue",
                () -> workload.directory().unconfirmedCount());
        metrics.total(
                "weft_access_log_dropped_total",
                "Dropped lines of the access log",
                () -> workload.accessLog().dropped());
        registerBalancer(metrics);
        registerIdentity(metrics);
        ProcessMetrics.register(metrics, Version.text());
    }

    private void registerBalancer(Metrics metrics) {
        metrics.gauge(
                "weft_balancer_endpoints",
                "Endpoints that the balancer has used recently",
                () -> workload.outbound().endpoints());
        metrics.gauge(
                "weft_balancer_endpoints_ejected",
                "Of these endpoints, those that get no requests for a time because of failures",
                () -> workload.outbound().ejectedEndpoints());
    }

    private void registerIdentity(Metrics metrics) {
        metrics.gauge(
                "weft_certificate_not_after_timestamp_seconds",
                "End of the certificate, Unix time",
                this::certificateEnd);
        metrics.gauges(
                "weft_workload_info",
                "The workload's identity, as a label. Always 1; absent if there is no certificate yet",
                "identity",
                this::identity);
    }

    private Map<String, Double> identity() {
        SpiffeId identity = workload.identity();
        return identity == null ? Map.of() : Map.of(identity.toString(), 1.0);
    }

    private double certificateEnd() {
        Credentials credentials = workload.mesh().credentials();
        return credentials == null
                ? 0
                : credentials.svid().leaf().getNotAfter().toInstant().getEpochSecond();
    }

    /** Registers the metrics of the certificate's renewal. */
    static void registerRenewal(Metrics metrics, IdentityManager identity, TlsContexts contexts, InstantSource clock) {
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
