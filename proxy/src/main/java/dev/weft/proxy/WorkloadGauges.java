package dev.weft.proxy;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.metrics.ProcessMetrics;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.session.Session;
import java.util.Map;

/** The workload's metrics that are read at each scrape. */
record WorkloadGauges(Workload workload) {
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
}
