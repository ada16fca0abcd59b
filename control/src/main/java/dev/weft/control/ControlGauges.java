package dev.weft.control;

import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.server.ControlServer;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.metrics.ProcessMetrics;
import java.time.Clock;
import java.time.Duration;

/** Registers the gauges of a control plane. */
final class ControlGauges {

    private ControlGauges() {}

    static void register(
            Metrics metrics, Authority authority, Knowledge knowledge, ControlServer server, Home home, Clock clock) {
        LiveIssuer issuer = authority.issuer();
        ProcessMetrics.register(metrics, version());
        metrics.gauge(
                "weft_control_leads",
                "1 if this control plane is the leader. A control plane without replicas always is.",
                () -> authority.state().leadership().leads() ? 1 : 0);
        metrics.gauge(
                "weft_control_registry_errors",
                "Errors in the registry's files.",
                () -> knowledge.source().errors().size());
        metrics.gauge(
                "weft_control_issuer_seconds_to_end",
                "Time until the issuer's certificate chain expires.",
                () -> Duration.between(clock.instant(), issuer.notAfter()).toSeconds());
        metrics.gauge(
                "weft_control_svid_seconds_to_end",
                "Time until the control plane's own certificate expires.",
                () -> Duration.between(clock.instant(), server.svidNotAfter()).toSeconds());
        metrics.gauge(
                "weft_control_issuer_problem",
                "1 while the issuer's files cannot be used.",
                () -> issuer.problem().isEmpty() ? 0 : 1);
        metrics.gauge(
                "weft_control_unpublished_namespaces",
                "Namespaces into which the trust anchors cannot be written, as the leader sees it; 0 without Kubernetes.",
                () -> home.publishingErrors().size());
        metrics.gauge(
                "weft_control_state_problems",
                "Problems of the state directory, such as a deleted file or a full disk, and of the audit log.",
                () -> authority.problems().size());
    }

    private static String version() {
        String version = ControlGauges.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
