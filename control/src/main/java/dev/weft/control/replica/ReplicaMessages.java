package dev.weft.control.replica;

import dev.weft.api.v1.AcknowledgedBundle;
import dev.weft.api.v1.ServedSidecar;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.ReportedLeaf;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Converts a sidecar for messages between replicas. Of the resources that it holds they carry only the bundles and
 * "inbound".
 */
final class ReplicaMessages {

    private ReplicaMessages() {}

    static ServedSidecar of(ConnectedProxy proxy) {
        ServedSidecar.Builder message = ServedSidecar.newBuilder()
                .setWorkload(proxy.workload())
                .setIdentity(proxy.identity())
                .setAddress(proxy.address())
                .setVersion(proxy.version())
                .setSince(proxy.since().toEpochMilli())
                .setLastRefusal(proxy.lastRefusal().orElse(""));
        proxy.bundles()
                .forEach((domain, sequence) -> message.addBundles(AcknowledgedBundle.newBuilder()
                        .setTrustDomain(domain)
                        .setSequence(sequence)
                        .setVersion(proxy.held().getOrDefault(MeshState.BUNDLE + domain, ""))));
        message.setInboundVersion(proxy.held().getOrDefault(MeshState.INBOUND, ""))
                .setInboundRefusal(proxy.inboundRefusal().orElse(""))
                .addAllCapabilities(proxy.capabilities());
        proxy.cutOff()
                .forEach(peer -> message.addCutOffPeers(dev.weft.api.v1.CutOffPeer.newBuilder()
                        .setPeer(peer.peer())
                        .setPort(peer.port())
                        .setPolicy(peer.policy())));
        proxy.leaf().map(ReportedLeaf::report).ifPresent(message::setReport);
        return message.build();
    }

    /** @throws IllegalArgumentException if a field is out of range */
    static ConnectedProxy read(ServedSidecar message) {
        Map<String, Long> bundles = new HashMap<>();
        Map<String, String> held = new HashMap<>();
        message.getBundlesList().forEach(bundle -> {
            bundles.put(bundle.getTrustDomain(), bundle.getSequence());
            held.put(MeshState.BUNDLE + bundle.getTrustDomain(), bundle.getVersion());
        });
        text(message.getInboundVersion()).ifPresent(version -> held.put(MeshState.INBOUND, version));
        return new ConnectedProxy(
                message.getWorkload(),
                message.getIdentity(),
                message.getAddress(),
                message.getVersion(),
                Instant.ofEpochMilli(message.getSince()),
                0,
                0,
                0,
                held,
                bundles,
                text(message.getLastRefusal()),
                text(message.getInboundRefusal()),
                Set.copyOf(message.getCapabilitiesList()),
                message.getCutOffPeersList().stream()
                        .map(peer -> new CutOffPeer(peer.getPeer(), peer.getPort(), peer.getPolicy()))
                        .toList(),
                message.hasReport() ? Optional.of(ReportedLeaf.read(message.getReport())) : Optional.empty());
    }

    private static Optional<String> text(String value) {
        return Optional.of(value).filter(text -> !text.isEmpty());
    }
}
