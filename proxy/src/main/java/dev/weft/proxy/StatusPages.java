package dev.weft.proxy;

import dev.weft.daemon.admin.AdminPages;
import dev.weft.daemon.admin.AdminPages.Page;
import dev.weft.daemon.json.JsonWriter;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.proxy.control.MeshSubscription;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.RenewalHealth;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.PolicyRefusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.settings.ProxySettings;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The admin pages of one workload. */
record StatusPages(
        Workload workload, IdentityManager identity, MeshSubscription subscription, MeshFeed feed, Clock clock) {

    AdminPages pages() {
        Map<String, Supplier<Page>> pages = Map.of(
                "/ready", this::ready,
                "/live", () -> Page.text(true, "live"),
                "/metrics", () -> Page.metrics(workload.metrics().text()),
                "/status", () -> Page.json(status()),
                "/connections",
                        () -> Page.json(ConnectionsPage.of(workload.registry().sessions())),
                "/config", () -> Page.json(config(workload)),
                "/certificate", this::certificate);
        return new AdminPages(pages, Set.of("/connections", "/metrics"), Set.of("/ready", "/live", "/metrics"));
    }

    private List<String> reasons() {
        List<String> reasons = workload.missing();
        identity.health().warning(workload.mesh().now()).ifPresent(reasons::add);
        if (!subscription.connected() && workload.mesh().credentials() != null) {
            reasons.add("mesh: " + subscription.lastFailure());
        }
        return reasons;
    }

    private Page ready() {
        boolean ready = workload.ports() != null && workload.missing().isEmpty();
        if (!ready) {
            return Page.text(false, String.join("; ", reasons()));
        }
        return Page.text(
                true,
                identity.health()
                        .warning(workload.mesh().now())
                        .map(warning -> "ready; " + warning)
                        .orElse("ready"));
    }

    private Page certificate() {
        Credentials credentials = workload.mesh().credentials();
        return credentials == null
                ? Page.text(false, "no certificate yet")
                : new Page(
                        200,
                        "application/pem-certificate-chain",
                        Pem.encodeCertificates(credentials.svid().chain()));
    }

    private String status() {
        JsonWriter json = new JsonWriter()
                .object()
                .field("workload", workload.settings().workload())
                .field("identity", text(workload.identity()))
                .field("ready", workload.ports() != null && workload.missing().isEmpty())
                .name("reasons")
                .value(reasons());
        refusals(json);
        json.field("version", Version.text())
                .name("controlPlane")
                .object()
                .field("address", HostPort.text(workload.settings().controlPlane()))
                .field("connected", subscription.connected())
                .field("since", feed.since().toString())
                .endObject();
        certificate(json);
        inbound(json);
        bundles(json);
        return json.field("destinations", workload.directory().size())
                .name("sessions")
                .object()
                .field("inbound", workload.registry().count(Session.Direction.INBOUND))
                .field("outbound", workload.registry().count(Session.Direction.OUTBOUND))
                .endObject()
                .field("tunnels", workload.registry().tunnels())
                .field("startedAt", workload.startedAt().toString())
                .field("now", clock.instant().toString())
                .endObject()
                .toString();
    }

    /**
     * Writes, for programs, the reasons with a code: refusals by the control plane, and failures that no further
     * attempt changes.
     */
    private void refusals(JsonWriter json) {
        json.name("refusals").array();
        Stream.concat(identity.refusal().stream(), subscription.refusal().stream())
                .forEach(refusal -> json.object()
                        .field("code", refusal.getCode())
                        .field("what", refusal.getWhat())
                        .field("advice", refusal.getAdvice())
                        .field("lasts", refusal.getLasts())
                        .endObject());
        json.endArray();
    }

    private void certificate(JsonWriter json) {
        json.name("certificate");
        Credentials credentials = workload.mesh().credentials();
        if (credentials == null) {
            json.text(null);
            return;
        }
        X509Certificate leaf = credentials.svid().leaf();
        RenewalHealth health = identity.health();
        json.object()
                .field("serialNumber", leaf.getSerialNumber().toString(16))
                .field("notBefore", leaf.getNotBefore().toInstant().toString())
                .field("notAfter", leaf.getNotAfter().toInstant().toString())
                .field("issuer", leaf.getIssuerX500Principal().getName())
                .field("renewAt", text(health.nextTry()))
                .field("secondsToEnd", health.left(workload.mesh().now()).toSeconds())
                .field("failures", health.failures())
                .field("failingSince", text(health.failingSince()))
                .field("lastFailure", health.reason())
                .endObject();
    }

    private void inbound(JsonWriter json) {
        json.name("inbound");
        InboundConfig inbound = workload.mesh().inbound();
        if (inbound == null) {
            json.text(null);
            return;
        }
        PolicyRefusal refusal = workload.mesh().policyRefusal();
        json.object()
                .field("version", inbound.version())
                .field("mode", inbound.permissive() ? "permissive" : "strict")
                .name("udpPorts")
                .value(inbound.udpPorts().stream().sorted().toList())
                .name("policies")
                .value(inbound.policyNames())
                .field("default", inbound.defaultDecision())
                .field("refused", refusal == null ? null : refusal.reason())
                .field("refusedVersion", refusal == null ? null : refusal.version())
                .field("refusedSince", refusal == null ? null : refusal.since().toString())
                .endObject();
    }

    private void bundles(JsonWriter json) {
        json.name("bundles").array();
        for (TrustBundle bundle : workload.mesh().bundles().byTrustDomain().values()) {
            json.object()
                    .field("trustDomain", bundle.trustDomain().toString())
                    .field("sequence", bundle.sequence())
                    .field("anchors", bundle.anchors().size())
                    .field("state", bundle.state().name().toLowerCase(Locale.ROOT))
                    .endObject();
        }
        json.endArray();
    }

    /** Returns the settings in force as JSON; they contain no secrets. */
    static String config(Workload workload) {
        ProxySettings settings = workload.settings();
        return new JsonWriter()
                .object()
                .field("workload", settings.workload())
                .field("service-account", settings.serviceAccount())
                .field("trust-domain", settings.trustDomain().toString())
                .field("control-plane", HostPort.text(settings.controlPlane()))
                .field("control-plane-id", settings.controlPlaneId().toString())
                .field("anchors-file", settings.anchorsFile().toString())
                .field("token-file", orEmpty(settings.tokenFile()))
                .field("workload-token-file", orEmpty(settings.workloadTokenFile()))
                .field("state-dir", orEmpty(settings.stateDirectory()))
                .field("outbound-port", settings.outboundPort())
                .field("inbound-port", settings.inboundPort())
                .field("tunnel-port", settings.tunnelPort())
                .field("names-port", settings.namesPort())
                .field("resolv-conf", orEmpty(settings.resolvConf()))
                .field("admin-address", HostPort.text(settings.adminAddress()))
                .field("admin-socket", orEmpty(settings.adminSocket()))
                .field("workload-api-socket", orEmpty(settings.workloadApiSocket()))
                .field("mark", settings.mark())
                .field("access-log", settings.accessLog().map(Object::toString).orElse("-"))
                .field("access-log-calls", settings.accessLogCalls())
                .field(
                        "otlp-endpoint",
                        settings.traces().endpoint().map(Object::toString).orElse(""))
                .field("trace-ratio", Double.toString(settings.traces().ratio()))
                .field("drain-grace", settings.drainGrace().toSeconds() + "s")
                .field("unmeshed-grace", settings.unmeshedGrace().toSeconds() + "s")
                .field("loops", settings.loops())
                .field("max-sessions", settings.maxSessions())
                .field("max-held", workload.maxHeld() >> 20)
                .field("log-level", settings.logLevel())
                .endObject()
                .toString();
    }

    private static String orEmpty(Optional<Path> path) {
        return path.map(Path::toString).orElse("");
    }

    static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
