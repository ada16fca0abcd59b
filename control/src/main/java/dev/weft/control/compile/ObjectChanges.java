package dev.weft.control.compile;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which objects are others in one snapshot than in another: new, changed or gone.
 *
 * @param workloads by name, also those whose addresses or readiness alone differ
 * @param services by name, also those whose addresses alone differ
 * @param routes by kind and name
 */
record ObjectChanges(
        Set<ObjectName> workloads,
        Set<ObjectName> services,
        Set<ObjectName> policies,
        Set<String> namespaces,
        Set<ObjectName> rateLimits,
        Set<ObjectName> egress,
        Set<RouteName> routes) {

    static ObjectChanges between(Snapshot former, Snapshot now) {
        Set<ObjectName> workloads = new HashSet<>();
        add(former.workloads(), now.workloads(), workloads);
        add(former.addresses().workloads(), now.addresses().workloads(), workloads);
        Set<ObjectName> services = new HashSet<>();
        add(former.services(), now.services(), services);
        add(former.addresses().services(), now.addresses().services(), services);
        Set<ObjectName> policies = new HashSet<>();
        add(former.policies(), now.policies(), policies);
        Set<String> namespaces = new HashSet<>();
        add(former.namespaces(), now.namespaces(), namespaces);
        Set<ObjectName> rateLimits = new HashSet<>();
        add(former.rateLimits(), now.rateLimits(), rateLimits);
        Set<ObjectName> egress = new HashSet<>();
        add(former.egress(), now.egress(), egress);
        Set<RouteName> routes = new HashSet<>();
        add(former.routes(), now.routes(), routes);
        return new ObjectChanges(workloads, services, policies, namespaces, rateLimits, egress, routes);
    }

    /** Tables of which one was made of the other are not looked at where they are the same. */
    @SuppressWarnings("ReferenceEquality")
    private static <K, V> void add(Map<K, V> former, Map<K, V> now, Set<K> changed) {
        if (former == now) {
            return;
        }
        if (former instanceof SortedTable<K, V> before && now instanceof SortedTable<K, V> present) {
            present.differences(before, (name, old, fresh) -> {
                if (old == null || !old.equals(fresh)) {
                    changed.add(name);
                }
            });
            return;
        }
        now.forEach((name, value) -> {
            if (!value.equals(former.get(name))) {
                changed.add(name);
            }
        });
        former.keySet().stream().filter(name -> !now.containsKey(name)).forEach(changed::add);
    }
}
