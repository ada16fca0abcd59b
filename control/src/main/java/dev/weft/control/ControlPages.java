package dev.weft.control;

import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.peering.PeerStatus;
import dev.weft.control.server.ControlServer;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.ReportedLeaf;
import dev.weft.daemon.admin.AdminPages;
import dev.weft.daemon.admin.AdminPages.Page;
import dev.weft.daemon.json.Json;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.trust.SpkiFingerprint;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The admin pages of a control plane. */
record ControlPages(
        Authority authority, Knowledge knowledge, ControlServer server, Home home, Metrics metrics, Clock clock) {

    private static final Set<String> MADE_BESIDE = Set.of("/metrics", "/federation", "/registry", "/peers", "/proxies");

    /** Pages that anyone may read: they reveal nothing about the mesh's workloads. */
    private static final Set<String> OPEN = Set.of("/ready", "/live", "/metrics");

    /**
     * Returns every page. All pages except health are built outside the event loop, because they may wait for a lock.
     */
    AdminPages all() {
        Map<String, Supplier<Page>> pages = Map.of(
                "/ready", () -> Page.health(reasonsNotReady()),
                "/live", () -> Page.health(List.of()),
                "/metrics", () -> Page.metrics(metrics.text()),
                "/federation", () -> Page.json(knowledge.federation().page()),
                "/registry",
                        () -> Page.json(Json.write(
                                Map.of("errors", knowledge.source().errors(), "state", authority.problems()))),
                "/peers", () -> Page.json(Json.write(Map.of("peers", peers()))),
                "/proxies", () -> Page.json(Json.write(Map.of("proxies", proxies()))));
        return new AdminPages(pages, MADE_BESIDE, OPEN);
    }

    private List<String> reasonsNotReady() {
        List<String> reasons = new ArrayList<>();
        LiveIssuer issuer = authority.issuer();
        if (issuer.usable().isEmpty()) {
            reasons.add("the issuer's certificate ended at " + issuer.notAfter());
        }
        if (!clock.instant().isBefore(server.svidNotAfter())) {
            reasons.add("the control plane's own certificate ended at " + server.svidNotAfter());
        }
        if (authority.trust().bundles().find(authority.state().trustDomain()).isEmpty()) {
            reasons.add("the leader has not counted the trust bundle yet");
        }
        reasons.addAll(home.problems());
        return reasons;
    }

    private List<Map<String, Object>> proxies() {
        return knowledge.mesh().proxies().stream().map(ControlPages::describe).toList();
    }

    private List<Map<String, Object>> peers() {
        return knowledge.peering().peers().stream().map(ControlPages::describe).toList();
    }

    private static Map<String, Object> describe(PeerStatus peer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trustDomain", peer.trustDomain());
        fields.put("state", peer.state());
        fields.put("address", peer.address());
        fields.put("since", peer.since());
        fields.put("workloads", peer.workloads());
        fields.put("services", peer.services());
        fields.put("refused", peer.refused());
        fields.put("problem", peer.problem());
        return fields;
    }

    private static Map<String, Object> describe(ConnectedProxy proxy) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("workload", proxy.workload());
        fields.put("identity", proxy.identity());
        fields.put("address", proxy.address());
        fields.put("version", proxy.version());
        fields.put("since", proxy.since());
        fields.put("sentNonce", proxy.sent());
        fields.put("acknowledgedNonce", proxy.acknowledged());
        fields.put("unacknowledged", proxy.unacknowledged());
        fields.put("held", proxy.held());
        fields.put("bundles", proxy.bundles());
        fields.put("certificate", proxy.leaf().map(ControlPages::describe).orElse(null));
        fields.put("lastRefusal", proxy.lastRefusal().orElse(null));
        fields.put("capabilities", proxy.capabilities().stream().sorted().toList());
        return fields;
    }

    private static Map<String, Object> describe(ReportedLeaf leaf) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("serialNumber", leaf.serialNumber());
        fields.put("issuerKeySha256", leaf.issuerKey().map(SpkiFingerprint::hex).orElse(""));
        fields.put("notBefore", leaf.notBefore());
        fields.put("notAfter", leaf.notAfter());
        fields.put("renewAt", leaf.renewAt());
        fields.put("renewalFailure", leaf.renewalFailure());
        return fields;
    }
}
