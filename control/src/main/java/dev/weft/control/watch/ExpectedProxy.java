package dev.weft.control.watch;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Optional;

/**
 * A meshed workload of the registry, whose proxy should be connected.
 *
 * @param connected whether the proxy is connected
 * @param since since when it is connected, or no longer is; empty if it was not connected since the start of the
 *     control plane
 * @param last what it reported last; empty if it was not connected since the start of the control plane
 * @param identityEnded whether it gets no further certificate
 */
public record ExpectedProxy(
        String workload,
        SpiffeId identity,
        boolean connected,
        Optional<Instant> since,
        Optional<ConnectedProxy> last,
        boolean identityEnded) {

    /**
     * Returns the sequence of this trust domain's bundle that it acknowledged last; 0 if none, or none that is
     * remembered.
     */
    public long acknowledged(String trustDomain) {
        return last.map(proxy -> proxy.bundles().getOrDefault(trustDomain, 0L)).orElse(0L);
    }

    /** Returns the certificate that it reported last. */
    public Optional<ReportedLeaf> leaf() {
        return last.flatMap(ConnectedProxy::leaf);
    }
}
