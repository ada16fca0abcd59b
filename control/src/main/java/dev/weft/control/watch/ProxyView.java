package dev.weft.control.watch;

import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Traffic;
import dev.weft.control.caller.Caller;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream's proxy as operators see it; the stream updates it after each change. */
final class ProxyView {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyView.class);

    private final Caller caller;
    private final Instant since;
    private final BundleVersions versions;
    private final InboundPeers peers = new InboundPeers();
    private Optional<String> lastRefusal = Optional.empty();
    private String refusedResource = "";
    private Optional<String> inboundRefusal = Optional.empty();
    private Optional<ReportedLeaf> leaf = Optional.empty();
    private volatile @Nullable ConnectedProxy present;

    ProxyView(Caller caller, Instant since, BundleVersions versions) {
        this.caller = caller;
        this.since = since;
        this.versions = versions;
    }

    /** @param ofInbound whether "inbound" is among what it refuses */
    void refused(String workload, Refuse refuse, boolean ofInbound) {
        String resource = ReportedLeaf.shorten(refuse.getResource());
        String reason = ReportedLeaf.shorten(refuse.getReason());
        refusedResource = resource;
        if (ofInbound) {
            inboundRefusal = Optional.of(reason);
        }
        lastRefusal = Optional.of(resource + ": " + reason);
        LOG.atWarn()
                .addKeyValue("workload", workload)
                .addKeyValue("resource", resource)
                .addKeyValue("reason", reason)
                .log("resource refused by proxy");
    }

    /** Clears the last refusal if the proxy has accepted a later version of that resource. */
    void accepted(Set<String> resources) {
        if (resources.contains(refusedResource)) {
            lastRefusal = Optional.empty();
        }
        if (resources.contains(MeshState.INBOUND)) {
            inboundRefusal = Optional.empty();
        }
    }

    /**
     * Takes the certificate that the proxy reports. A change of the tunnels alone is frequent in a rotation, so it is
     * only logged at debug level.
     *
     * @return whether anything has changed
     */
    boolean reported(String workload, ReportedLeaf reported) {
        if (leaf.filter(reported::equals).isPresent()) {
            return false;
        }
        boolean news = leaf.filter(reported::sameCertificate).isEmpty();
        leaf = Optional.of(reported);
        (news ? LOG.atInfo() : LOG.atDebug())
                .addKeyValue("workload", workload)
                .addKeyValue("serialNumber", reported.serialNumber())
                .addKeyValue("renewalFailure", reported.renewalFailure())
                .log("certificate reported");
        return true;
    }

    /** Takes the proxy's report of the peers that have called. */
    void trafficReported(Traffic traffic) {
        peers.trafficReported(traffic);
    }

    /** @param state the mesh at this moment */
    void update(StreamPhase.Open open, MeshState state, Instant now) {
        Subscription subscription = open.subscription();
        present = new ConnectedProxy(
                open.workload(),
                open.admitted().identity().toString(),
                caller.address(),
                open.version(),
                since,
                subscription.lastNonce(),
                subscription.lastAcknowledged(),
                subscription.unansweredCount(),
                subscription.acknowledged(),
                versions.sequences(subscription.acknowledged(), state.bundles().keySet()),
                lastRefusal,
                inboundRefusal,
                subscription.capabilities(),
                peers.refusedBy(state.workload(open.workload()), now),
                leaf);
    }

    void end() {
        present = null;
    }

    /** Returns the view; empty before Hello and after the end. For any thread. */
    Optional<ConnectedProxy> present() {
        return Optional.ofNullable(present);
    }
}
