package dev.weft.control.rotate;

import dev.weft.control.compile.NamespaceObjects;
import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.AuthorizationPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds policies that need a capability which a proxy does not report. */
final class UnsupportedPolicies {

    private static final int MOST_NAMED = 16;
    /** Prefix of the names of policies about calls to outside. */
    private static final String EGRESS = "EgressPolicy ";
    /** Prefix of the name of a namespace whose annotation forbids calls to outside. */
    private static final String NAMESPACE = "Namespace ";

    private UnsupportedPolicies() {}

    /** Returns the names of a proxy's policies that it cannot enforce, at most a few. */
    static List<String> policies(ConnectedProxy proxy, Snapshot objects) {
        return Stream.concat(
                        aboutRequests(without(Capabilities.REQUEST_RULES, proxy, objects), objects),
                        aboutEgress(without(Capabilities.EGRESS_RULES, proxy, objects), objects))
                .limit(MOST_NAMED)
                .toList();
    }

    /** Returns the names of the rate limits that are not sent to a proxy, at most a few. */
    static List<String> rateLimits(ConnectedProxy proxy, Snapshot objects) {
        Workload keepsNone = without(Capabilities.RATE_LIMITS, proxy, objects);
        Workload workload = keepsNone == null ? without(Capabilities.REQUESTS_AT_ONCE, proxy, objects) : keepsNone;
        if (workload == null) {
            return List.of();
        }
        return NamespaceObjects.about(workload, objects.rateLimits())
                .filter(limit -> keepsNone != null || isAtOnce(limit))
                .map(RateLimit::fullName)
                .limit(MOST_NAMED)
                .toList();
    }

    private static boolean isAtOnce(RateLimit limit) {
        return limit.limits().stream().anyMatch(rule -> rule.unit() == LimitRule.Unit.AT_ONCE);
    }

    /**
     * Returns the workload of a proxy that does not report this capability; null if it does, or if there is no such
     * workload.
     */
    private static @Nullable Workload without(String capability, ConnectedProxy proxy, Snapshot objects) {
        int slash = proxy.workload().indexOf('/');
        return slash < 0 || proxy.capabilities().contains(capability)
                ? null
                : objects.workloads()
                        .get(new ObjectName(
                                proxy.workload().substring(0, slash),
                                proxy.workload().substring(slash + 1)));
    }

    private static Stream<String> aboutRequests(@Nullable Workload workload, Snapshot objects) {
        if (workload == null) {
            return Stream.empty();
        }
        return NamespaceObjects.about(workload, objects.policies())
                .filter(AuthorizationPolicy::aboutRequests)
                .map(AuthorizationPolicy::fullName);
    }

    private static Stream<String> aboutEgress(@Nullable Workload workload, Snapshot objects) {
        if (workload == null || objects.egressFor(workload).open()) {
            return Stream.empty();
        }
        String namespace = workload.name().namespace();
        List<String> selecting = NamespaceObjects.about(workload, objects.egress())
                .map(policy -> EGRESS + policy.fullName())
                .toList();
        return selecting.isEmpty() ? Stream.of(NAMESPACE + namespace + " (weft.dev/egress)") : selecting.stream();
    }
}
