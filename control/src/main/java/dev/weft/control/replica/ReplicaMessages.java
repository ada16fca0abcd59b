package dev.weft.control.replica;

import dev.weft.api.v1.AcknowledgedBundle;
import dev.weft.api.v1.CutOff;
import dev.weft.api.v1.ReplicaUpdate;
import dev.weft.api.v1.ServedSidecar;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.ReportedLeaf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Converts a sidecar for messages between replicas. Of the resources that it holds they carry only the bundles and
 * "inbound".
 */
final class ReplicaMessages {

    /** Most sidecars in one message. */
    static final int MOST_AT_ONCE = 200;

    /**
     * Size at which a message is complete, in octets, well below what a replica accepts (4 MiB). What is known of one
     * sidecar takes less than that.
     */
    static final int COMPLETE = 1024 * 1024;

    /** Octets of tag and length of a name, at most. */
    private static final int OVERHEAD = 4;

    private ReplicaMessages() {}

    /** Returns the messages that say that these sidecars are connected. */
    static List<ReplicaUpdate> connected(Collection<ConnectedProxy> proxies) {
        List<ReplicaUpdate> updates = new ArrayList<>();
        ReplicaUpdate.Builder next = ReplicaUpdate.newBuilder();
        int size = 0;
        for (ConnectedProxy proxy : proxies) {
            ServedSidecar sidecar = of(proxy);
            next.addConnected(sidecar);
            size += sidecar.getSerializedSize();
            if (size >= COMPLETE || next.getConnectedCount() == MOST_AT_ONCE) {
                updates.add(next.build());
                next.clear();
                size = 0;
            }
        }
        if (size > 0) {
            updates.add(next.build());
        }
        return updates;
    }

    /** Returns the workloads that are cut off, as many as one message has room for, by name. */
    static CutOff cutOff(Collection<String> workloads) {
        CutOff.Builder message = CutOff.newBuilder();
        int size = 0;
        for (String workload : workloads.stream().sorted().toList()) {
            size += workload.length() + OVERHEAD;
            if (size > COMPLETE) {
                break;
            }
            message.addWorkloads(workload);
        }
        return message.build();
    }

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
