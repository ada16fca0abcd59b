package dev.weft.cli.cluster;

import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.mesh.SidecarStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Derives the status of a sidecar from its reports to the control plane. */
final class ReportedStatus {

    private ReportedStatus() {}

    static SidecarStatus of(ProxyInfo proxy) {
        List<String> reasons = reasons(proxy);
        boolean ready = proxy.getConnected() && proxy.hasLeaf();
        return new SidecarStatus(
                proxy.getWorkload(),
                proxy.getIdentity(),
                ready,
                reasons,
                empty(proxy.getVersion()),
                new SidecarStatus.ControlPlane(
                        null,
                        proxy.getConnected(),
                        proxy.getSince() == 0 ? null : Instant.ofEpochSecond(proxy.getSince())),
                proxy.hasLeaf() ? certificate(proxy.getLeaf()) : null,
                inbound(proxy.getInboundVersion()),
                proxy.getAcknowledgedList().stream()
                        .map(it -> new SidecarStatus.Bundle(it.getTrustDomain(), it.getSequence(), null, null))
                        .toList(),
                null,
                null,
                null,
                null);
    }

    private static List<String> reasons(ProxyInfo proxy) {
        List<String> reasons = new ArrayList<>();
        if (!proxy.getConnected()) {
            reasons.add(
                    proxy.getSince() == 0
                            ? "its sidecar has not connected since the control plane started"
                            : "its sidecar has been disconnected since " + Instant.ofEpochSecond(proxy.getSince()));
        } else if (!proxy.hasLeaf()) {
            reasons.add("its sidecar has not reported a certificate yet");
        }
        if (!proxy.getLastRefusal().isEmpty()) {
            reasons.add("it refused an update: " + proxy.getLastRefusal());
        }
        return reasons;
    }

    private static SidecarStatus.Certificate certificate(LeafInfo leaf) {
        boolean failing = !leaf.getRenewalFailure().isEmpty();
        return new SidecarStatus.Certificate(
                leaf.getSerialNumber(),
                Instant.ofEpochSecond(leaf.getNotBefore()),
                Instant.ofEpochSecond(leaf.getNotAfter()),
                null,
                leaf.getRenewAt() == 0 ? null : Instant.ofEpochSecond(leaf.getRenewAt()),
                failing ? 1 : 0,
                null,
                failing ? leaf.getRenewalFailure() : null);
    }

    /** Of the inbound policy, sidecars report only the version to the control plane. */
    private static SidecarStatus.@Nullable Inbound inbound(String version) {
        return version.isEmpty() ? null : new SidecarStatus.Inbound(version, null, null, null, null);
    }

    private static @Nullable String empty(String text) {
        return text.isEmpty() ? null : text;
    }
}
