package dev.weft.control.rotate;

import dev.weft.control.compile.ByNamespace;
import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import java.util.List;
import java.util.stream.Stream;

/** Policies that ask of a proxy what it does not say it can do. */
final class BeyondProxies {

    private static final int MOST_NAMED = 16;

    private BeyondProxies() {}

    /** How policies of what is called outside are named. */
    private static final String EGRESS = "EgressPolicy ";

    /** Of one proxy, by name and not more than a few. */
    static List<String> policies(ConnectedProxy proxy, Snapshot objects) {
        int slash = proxy.workload().indexOf('/');
        if (slash < 0) {
            return List.of();
        }
        ObjectName name = new ObjectName(
                proxy.workload().substring(0, slash), proxy.workload().substring(slash + 1));
        Workload workload = objects.workloads().get(name);
        if (workload == null) {
            return List.of();
        }
        return Stream.concat(
                        proxy.capabilities().contains(Capabilities.REQUEST_RULES)
                                ? Stream.empty()
                                : aboutRequests(workload, objects),
                        proxy.capabilities().contains(Capabilities.EGRESS_RULES)
                                ? Stream.empty()
                                : aboutEgress(workload, objects))
                .limit(MOST_NAMED)
                .toList();
    }

    private static Stream<String> aboutRequests(Workload workload, Snapshot objects) {
        return ByNamespace.values(objects.policies(), workload.name().namespace()).stream()
                .filter(policy -> policy.policy().aboutRequests() && policy.selects(workload))
                .map(policy -> policy.policy().fullName());
    }

    private static Stream<String> aboutEgress(Workload workload, Snapshot objects) {
        return ByNamespace.values(objects.egress(), workload.name().namespace()).stream()
                .filter(policy -> policy.selects(workload))
                .map(policy -> EGRESS + policy.policy().fullName());
    }
}
