package dev.weft.control.rotate;

import dev.weft.control.compile.ByNamespace;
import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import java.util.List;

/** Policies that ask of a proxy what it does not say it can do. */
final class BeyondProxies {

    private static final int MOST_NAMED = 16;

    private BeyondProxies() {}

    /** Of one proxy, by name and not more than a few. */
    static List<String> policies(ConnectedProxy proxy, Snapshot objects) {
        int slash = proxy.workload().indexOf('/');
        if (slash < 0 || proxy.capabilities().contains(Capabilities.REQUEST_RULES)) {
            return List.of();
        }
        ObjectName name = new ObjectName(
                proxy.workload().substring(0, slash), proxy.workload().substring(slash + 1));
        Workload workload = objects.workloads().get(name);
        if (workload == null) {
            return List.of();
        }
        return ByNamespace.values(objects.policies(), name.namespace()).stream()
                .filter(policy -> policy.policy().aboutRequests() && policy.selects(workload))
                .map(SelectingPolicy::policy)
                .map(policy -> policy.namespace() + "/" + policy.name())
                .limit(MOST_NAMED)
                .toList();
    }
}
