package dev.weft.cli.link;

import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.link.LinkedCluster.DryRun;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Links two clusters: the API server of each gets an object that describes the other one. Only public data goes from
 * one to the other: anchors, addresses and ranges.
 */
public final class ClusterLinks {

    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    private static final String CONNECTED = "connected";

    private final LinkedCluster a;
    private final LinkedCluster b;
    private final ClusterOverrides said;

    private ClusterLinks(LinkedCluster a, LinkedCluster b, ClusterOverrides said) {
        this.a = a;
        this.b = b;
        this.said = said;
    }

    /**
     * Chooses two clusters.
     *
     * @param said settings of the operator, used instead of what is read from the clusters
     * @throws CommandFailure if both are the same cluster (WEFT-L360), a setting is not valid (WEFT-L100), or a control
     *     plane cannot be reached (WEFT-L303)
     */
    public static ClusterLinks between(Kubectl a, Kubectl b, ClusterOverrides said) throws IOException {
        if (a.equals(b)) {
            throw LinkFailures.sameContext(a.context().orElseThrow());
        }
        said.check(List.of(a.context().orElseThrow(), b.context().orElseThrow()));
        return new ClusterLinks(LinkedCluster.open(a), LinkedCluster.open(b), said);
    }

    /**
     * Returns the objects that a link would write, each under a comment that names its cluster. Writes nothing.
     *
     * @throws CommandFailure if the two cannot be linked
     */
    public String manifests() {
        Ends ends = ends();
        return "# for cluster " + a.context() + "\n" + ends.b().object() + "---\n# for cluster " + b.context() + "\n"
                + ends.a().object();
    }

    /**
     * Links the clusters, and waits until each control plane has connected to the other and has fetched its trust
     * bundle. A trust domain that one of them has disabled stays disabled.
     *
     * @param limit how long to wait for that
     * @throws CommandFailure if they cannot be linked. If it fails before the first object is written, nothing remains.
     *     If only the second object cannot be written (WEFT-L366), a new first object is removed, or the failure says
     *     that it is still there. If the two have not connected in time (WEFT-L365), both objects remain.
     */
    public ClusterLinkDocument link(Clock clock, Duration limit) {
        Ends ends = ends();
        boolean known = a.isLinkedWith(ends.b());
        b.isLinkedWith(ends.a());
        a.apply(ends.b(), DryRun.SERVER);
        b.apply(ends.a(), DryRun.SERVER);
        a.apply(ends.b(), DryRun.NONE);
        try {
            b.apply(ends.a(), DryRun.NONE);
        } catch (CommandFailure e) {
            throw LinkFailures.half(e, ends.a(), ends.b(), !known && isTakenBack(ends.b()));
        }
        Instant end = clock.instant().plus(limit);
        while (true) {
            boolean last = clock.instant().isAfter(end);
            Optional<TrustDomainInfo> ofA = b.knows(ends.a().trustDomain());
            Optional<TrustDomainInfo> ofB = a.knows(ends.b().trustDomain());
            List<String> missing = new ArrayList<>(missing(ends.a(), ends.b(), ofB));
            missing.addAll(missing(ends.b(), ends.a(), ofA));
            if (missing.isEmpty() || isDisabled(ofA) || isDisabled(ofB)) {
                return new ClusterLinkDocument(List.of(
                        ClusterLinkDocument.Linked.of(ends.a(), ofA), ClusterLinkDocument.Linked.of(ends.b(), ofB)));
            }
            if (last) {
                throw LinkFailures.notMet(ends.a(), ends.b(), missing);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Removes from the first cluster the object that was just written; returns whether that worked. */
    private boolean isTakenBack(ClusterEnd other) {
        try {
            a.forget(other.trustDomain());
            return true;
        } catch (CommandFailure _) {
            return false; // the cause is most likely what also prevented the second object
        }
    }

    /**
     * Removes the link, or what there is of it, from both clusters.
     *
     * @throws CommandFailure if there is no link (WEFT-L367), or if an object may not be removed (WEFT-L366); then no
     *     object is removed
     */
    public void unlink() {
        boolean inA = a.isLinked(b.trustDomain());
        boolean inB = b.isLinked(a.trustDomain());
        if (!inA && !inB) {
            throw LinkFailures.notLinked(a.context(), b.context());
        }
        if (inA) {
            a.forget(b.trustDomain());
        }
        if (inB) {
            b.forget(a.trustDomain());
        }
    }

    private record Ends(ClusterEnd a, ClusterEnd b) {}

    private Ends ends() {
        Ends ends = new Ends(end(a), end(b));
        if (ends.a().trustDomain().equals(ends.b().trustDomain())) {
            throw LinkFailures.sameTrustDomain(ends.a(), ends.b());
        }
        ends.a().ranges().overlap(ends.b().ranges()).ifPresent(ranges -> {
            throw LinkFailures.overlap(ends.a(), ends.b(), ranges);
        });
        return ends;
    }

    private ClusterEnd end(LinkedCluster cluster) {
        String context = cluster.context();
        PeeringAddresses addresses = said.address(context)
                .or(() -> PeeringAddresses.ofService(cluster.api()))
                .orElseThrow(() -> LinkFailures.noAddress(context));
        AddressRanges ranges = said.ranges(context).orElseGet(() -> ClusterNetworks.of(context, cluster.api()));
        return new ClusterEnd(
                context,
                cluster.trustDomain(),
                cluster.anchors(),
                addresses.controlPlane(),
                "https://" + addresses.bundleEndpoint() + "/",
                ranges);
    }

    private static boolean isDisabled(Optional<TrustDomainInfo> known) {
        return known.filter(info -> info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_DISABLED)
                .isPresent();
    }

    /**
     * Returns what one cluster still lacks of the other, in words.
     *
     * @throws CommandFailure if its control plane is too old to report links (WEFT-L113): waiting would not help
     */
    static List<String> missing(ClusterEnd by, ClusterEnd of, Optional<TrustDomainInfo> known) {
        if (known.isEmpty()) {
            return List.of(by.context() + " has not taken the TrustDomain " + of.trustDomain()
                    + " into force: 'weft check --context " + by.context() + "'");
        }
        List<String> missing = new ArrayList<>();
        TrustDomainInfo info = known.get();
        boolean fetched = info.getFollowed().getFetched() > 0;
        // not just a new object: a control plane that knows links reports one as soon as it fetches
        if (!info.hasLink() && fetched) {
            throw LinkFailures.doesNotTell(by, of);
        }
        if (!info.hasLink()) {
            missing.add(by.context() + " does not report whether it reaches the control plane of " + of.context());
        } else if (!info.getLink().getState().equals(CONNECTED)) {
            missing.add(by.context() + " does not reach the control plane of " + of.context() + " at "
                    + String.join(", ", of.controlPlane())
                    + because(info.getLink().getProblem()));
        }
        if (!fetched) {
            missing.add(by.context() + " has not fetched the trust bundle of " + of.context() + " from "
                    + of.bundleEndpoint() + because(info.getFollowed().getFailureReason()));
        }
        return missing;
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }
}
