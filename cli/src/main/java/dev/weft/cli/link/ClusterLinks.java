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
 * Links two clusters: each API server gets an object that says all there is to say of the other. What goes from one to the other is
 * public: anchors, addresses and ranges.
 */
public final class ClusterLinks {

    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    private static final String CONNECTED = "connected";

    private final LinkedCluster a;
    private final LinkedCluster b;
    private final SaidOfClusters said;

    private ClusterLinks(LinkedCluster a, LinkedCluster b, SaidOfClusters said) {
        this.a = a;
        this.b = b;
        this.said = said;
    }

    /**
     * Two clusters.
     *
     * @param a kubectl with a context
     * @param said in the place of what is read of them
     * @throws CommandFailure if it is one (WEFT-L360), what is said cannot be (WEFT-L100), or one's control plane cannot be reached
     *     (WEFT-L303)
     */
    public static ClusterLinks between(Kubectl a, Kubectl b, SaidOfClusters said) throws IOException {
        if (a.equals(b)) {
            throw LinkFailures.sameContext(a.context().orElseThrow());
        }
        said.check(List.of(a.context().orElseThrow(), b.context().orElseThrow()));
        return new ClusterLinks(LinkedCluster.open(a), LinkedCluster.open(b), said);
    }

    /**
     * What a link would write, for each cluster under a comment that says for which; nothing is written.
     *
     * @throws CommandFailure if the two cannot be linked
     */
    public String manifests() {
        Ends ends = ends();
        return "# for cluster " + a.context() + "\n" + ends.b().object() + "---\n# for cluster " + b.context() + "\n"
                + ends.a().object();
    }

    /**
     * Links them, and waits until each control plane follows the other and its trust bundle. A trust domain that one of them has
     * disabled stays so.
     *
     * @param limit of the wait
     * @throws CommandFailure if they cannot be linked. Before the first object is written, nothing is left of it. If only the second
     *     one cannot be written (WEFT-L366), a first one that is new is taken back, or the failure says that it is there still. If
     *     they have not met yet (WEFT-L365), both are there.
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

    /** Whether what was just written to the first cluster of the second is away again. */
    private boolean isTakenBack(ClusterEnd other) {
        try {
            a.forget(other.trustDomain());
            return true;
        } catch (CommandFailure _) {
            return false; // what hinders it is most likely what hindered the second object
        }
    }

    /**
     * Takes the link away, in both clusters, or what there is of it.
     *
     * @throws CommandFailure if there is none (WEFT-L367), or what is there is not to be removed (WEFT-L366): then nothing is
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
     * What one cluster still lacks of the other, for people.
     *
     * @throws CommandFailure if its control plane is from before links were told of (WEFT-L113): waiting does not help
     */
    static List<String> missing(ClusterEnd by, ClusterEnd of, Optional<TrustDomainInfo> known) {
        if (known.isEmpty()) {
            return List.of(by.context() + " has not taken the TrustDomain " + of.trustDomain()
                    + " into force: 'weft check --context " + by.context() + "'");
        }
        List<String> missing = new ArrayList<>();
        TrustDomainInfo info = known.get();
        boolean fetched = info.getFollowed().getFetched() > 0;
        if (!info.hasLink() && fetched) { // not a new one on its way: what it fetches, it asks about
            throw LinkFailures.doesNotTell(by, of);
        }
        if (!info.hasLink()) {
            missing.add(by.context() + " does not tell whether it reaches the control plane of " + of.context());
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
