package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Labels;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.table.SortedTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Services of the mesh. Of those that select no meshed pod or machine, some are left out, and kube-proxy leads to
 * their pods: those that select a pod in the network of its node, because such pods are no workloads with an address,
 * and those that select a pod and ask for something that only kube-proxy does, unless a route names them or their
 * namespace has a meshed pod. A change of a selector or a label leads a Service to other pods of its namespace at once,
 * so a Service beside meshed pods could lead callers to one in plaintext. The table counts how many pods of which sort
 * each Service selects, as pods come and go. A pod counts from the moment it exists, long before anything calls it. Not
 * safe for use by several threads.
 */
final class ServiceTable {

    private static final class Counted {
        private final MappedService mapped;
        private int pods;
        private int meshed;
        private int hostNetwork;
        private boolean machines;

        Counted(MappedService mapped) {
            this.mapped = mapped;
        }

        void count(MappedPod pod, int more) {
            pods += more;
            meshed += pod.meshed() ? more : 0;
            hostNetwork += pod.hostNetwork() ? more : 0;
        }

        boolean selects(MappedPod pod) {
            return !pod.ended() && Labels.haveAll(pod.labels(), mapped.service().selector());
        }

        boolean ofTheMesh(boolean routed, boolean besideMeshed) {
            boolean forKubeProxy = mapped.forKubeProxy() && !routed && !besideMeshed && pods > 0;
            return machines || meshed > 0 || (hostNetwork == 0 && !forKubeProxy);
        }
    }

    /** Meshed machines outside of the cluster. */
    private final Map<ObjectName, Workload> machines = new HashMap<>();

    private final Map<String, Map<ObjectName, Counted>> byNamespace = new HashMap<>();
    /** How many meshed pods a namespace has; no entry for none. */
    private final Map<String, Integer> meshedPods = new HashMap<>();
    /** How many routes name a Service, as parent or backend. */
    private final Map<ObjectName, Integer> routed = new HashMap<>();

    private SortedTable<ObjectName, Service> services = SortedTable.empty();
    private SortedTable<ObjectName, List<String>> addresses = SortedTable.empty();

    SortedTable<ObjectName, Service> services() {
        return services;
    }

    SortedTable<ObjectName, List<String>> addresses() {
        return addresses;
    }

    /** Takes a Service that was added, changed or deleted, and all pods that exist. */
    void service(ObjectName name, Optional<MappedService> mapped, SortedTable<ObjectName, MappedPod> pods) {
        String namespace = name.namespace();
        if (mapped.isEmpty()) {
            Map<ObjectName, Counted> others = byNamespace.getOrDefault(namespace, Map.of());
            if (others.containsKey(name)) {
                others.remove(name);
                if (others.isEmpty()) {
                    byNamespace.remove(namespace);
                }
            }
            put(name, Optional.empty());
            return;
        }
        Counted counted = new Counted(mapped.get());
        pods.range(ObjectName.first(namespace), pod -> pod.isIn(namespace))
                .filter(counted::selects)
                .forEach(pod -> counted.count(pod, 1));
        counted.machines = hasMachine(counted);
        byNamespace.computeIfAbsent(namespace, _ -> new HashMap<>()).put(name, counted);
        put(name, counted);
    }

    /** Takes a machine outside of the cluster that was added, changed or deleted. */
    void machine(ObjectName name, Optional<Workload> machine) {
        machine.filter(Workload::meshed)
                .ifPresentOrElse(workload -> machines.put(name, workload), () -> machines.remove(name));
        for (Counted counted :
                byNamespace.getOrDefault(name.namespace(), Map.of()).values()) {
            counted.machines = hasMachine(counted);
            put(counted.mapped.service().name(), counted);
        }
    }

    /** Takes a route that was added, changed or deleted: the Services that it named, and names now. */
    void route(Set<ObjectName> before, Set<ObjectName> now) {
        before.forEach(name -> routed.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1));
        now.forEach(name -> routed.merge(name, 1, Integer::sum));
        Stream.concat(before.stream(), now.stream()).distinct().forEach(name -> {
            Counted counted =
                    byNamespace.getOrDefault(name.namespace(), Map.of()).get(name);
            if (counted != null) {
                put(name, counted);
            }
        });
    }

    private boolean hasMachine(Counted counted) {
        return machines.values().stream().anyMatch(counted.mapped.service()::selects);
    }

    /** Takes a pod that was added (before is null), changed or deleted (now is null). */
    void pod(@Nullable MappedPod before, @Nullable MappedPod now) {
        MappedPod one = before == null ? now : before;
        if (one == null || (before != null && now != null && sameForServices(before, now))) {
            return;
        }
        String namespace = one.name().namespace();
        countMeshed(namespace, before, -1);
        countMeshed(namespace, now, 1);
        Collection<Counted> ofNamespace =
                byNamespace.getOrDefault(namespace, Map.of()).values();
        for (Counted counted : ofNamespace) {
            if (before != null && counted.selects(before)) {
                counted.count(before, -1);
            }
            if (now != null && counted.selects(now)) {
                counted.count(now, 1);
            }
            put(counted.mapped.service().name(), counted);
        }
    }

    private void countMeshed(String namespace, @Nullable MappedPod pod, int more) {
        if (pod != null && pod.meshed() && !pod.ended()) {
            meshedPods.merge(namespace, more, (count, change) -> count + change == 0 ? null : count + change);
        }
    }

    private static boolean sameForServices(MappedPod before, MappedPod now) {
        return before.ended() == now.ended()
                && before.meshed() == now.meshed()
                && before.hostNetwork() == now.hostNetwork()
                && before.labels().equals(now.labels());
    }

    private void put(ObjectName name, Counted counted) {
        boolean ofTheMesh = counted.ofTheMesh(routed.containsKey(name), meshedPods.containsKey(name.namespace()));
        put(name, ofTheMesh ? Optional.of(counted.mapped) : Optional.empty());
    }

    private void put(ObjectName name, Optional<MappedService> mapped) {
        Optional<Service> service = mapped.map(MappedService::service);
        if (!services.find(name).equals(service)) {
            services = services.with(name, service);
        }
        Optional<List<String>> given = mapped.map(MappedService::addresses);
        if (!addresses.find(name).equals(given)) {
            addresses = addresses.with(name, given);
        }
    }
}
