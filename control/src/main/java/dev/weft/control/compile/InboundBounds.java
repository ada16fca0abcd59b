package dev.weft.control.compile;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.Source;
import dev.weft.mesh.model.Workload;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.wire.RateLimitWire;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds workloads whose policies and rate limits do not fit into a message to a sidecar. A sidecar ends its stream at
 * such a message: it would keep its former policies, and hear of no revocation any more. Not safe for use by several
 * threads.
 */
final class InboundBounds {

    /**
     * Most octets of the policies and rate limits of one workload. With the workload's egress rules, 512 KiB, and the
     * rest of a response, they must fit into a message that a sidecar accepts, 4 MiB.
     */
    static final int MAX_OCTETS = 3 << 20;

    private static final String TOO_LARGE = "WEFT-C138";

    private final IdentityHashMap<RateLimit, Integer> limitSizes = new IdentityHashMap<>();

    /** Returns why the workload is closed; null if its policies and rate limits fit. */
    @Nullable
    String problem(Workload workload, NamespacePolicies policies, List<RateLimit> limits) {
        long ofLimits = limits.stream().mapToLong(this::size).sum();
        long octets = ofLimits + policies.size(workload, MAX_OCTETS - ofLimits);
        return octets <= MAX_OCTETS
                ? null
                : TOO_LARGE + ": the policies and rate limits of the workload are too large for a sidecar: " + octets
                        + " octets (expected: at most " + MAX_OCTETS + "); the workload admits nobody until they fit";
    }

    private int size(RateLimit limit) {
        return limitSizes.computeIfAbsent(
                limit, each -> RateLimitWire.toProto(each).getSerializedSize());
    }

    /** Returns policies that deny every caller on every port, under a name that says why. */
    static PolicySet closed(Workload workload) {
        return PolicySet.newBuilder()
                .setDefaultDecision(DefaultDecision.DEFAULT_DECISION_DENY)
                .addPolicies(dev.weft.api.v1.AuthorizationPolicy.newBuilder()
                        .setNamespace(workload.name().namespace())
                        .setName("(too large for a sidecar, " + TOO_LARGE + ")")
                        .setAction(PolicyAction.POLICY_ACTION_DENY)
                        .addFrom(Source.newBuilder().setAnyone(true)))
                .build();
    }
}
