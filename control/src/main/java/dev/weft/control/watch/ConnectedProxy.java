package dev.weft.control.watch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A proxy with an open stream, as operators see it.
 *
 * @param since when the stream began
 * @param sent the highest nonce that was sent to it
 * @param acknowledged the highest nonce that it has acknowledged
 * @param unacknowledged number of responses that it has neither acknowledged nor refused
 * @param held version of each resource that it has acknowledged
 * @param bundles sequence of each trust bundle that it has acknowledged, by trust domain; 0 for a version that is not
 *     remembered here
 * @param lastRefusal the last resource that it refused and has not accepted since, with its reason
 * @param inboundRefusal why it refused the last "inbound"; empty if it did not
 * @param capabilities the capabilities that it reported; empty from a proxy that reports none
 * @param cutOff peers that it admitted recently and that its policies refuse now, ten at most
 * @param leaf the certificate that it uses, once it has reported one
 */
public record ConnectedProxy(
        String workload,
        String identity,
        String address,
        String version,
        Instant since,
        long sent,
        long acknowledged,
        int unacknowledged,
        Map<String, String> held,
        Map<String, Long> bundles,
        Optional<String> lastRefusal,
        Optional<String> inboundRefusal,
        Set<String> capabilities,
        List<CutOffPeer> cutOff,
        Optional<ReportedLeaf> leaf) {

    public ConnectedProxy {
        held = Map.copyOf(held);
        bundles = Map.copyOf(bundles);
        capabilities = Set.copyOf(capabilities);
        cutOff = List.copyOf(cutOff);
    }

    /** Returns the version of "inbound" that it follows; empty if it follows none. */
    public Optional<String> inboundVersion() {
        return Optional.ofNullable(held.get(MeshState.INBOUND));
    }

    ConnectedProxy withLeaf(ReportedLeaf other) {
        return new ConnectedProxy(
                workload,
                identity,
                address,
                version,
                since,
                sent,
                acknowledged,
                unacknowledged,
                held,
                bundles,
                lastRefusal,
                inboundRefusal,
                capabilities,
                cutOff,
                Optional.of(other));
    }
}
