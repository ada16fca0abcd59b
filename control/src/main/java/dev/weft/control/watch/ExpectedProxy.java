package dev.weft.control.watch;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Optional;

/**
 * A meshed workload of the registry, whose proxy ought to be connected.
 *
 * @param connected whether it is
 * @param since since when it is connected, or is not any more; empty if it was not connected since the start
 * @param last what it said last; empty if it was not connected since the start
 */
public record ExpectedProxy(
        String workload, SpiffeId identity, boolean connected, Optional<Instant> since, Optional<ConnectedProxy> last) {

    /** The sequence of this trust domain's bundle that it acknowledged last; 0 if none, or none that is remembered. */
    public long acknowledged(String trustDomain) {
        return last.map(proxy -> proxy.bundles().getOrDefault(trustDomain, 0L)).orElse(0L);
    }

    /** The certificate that it reported last. */
    public Optional<ReportedLeaf> leaf() {
        return last.flatMap(ConnectedProxy::leaf);
    }
}
