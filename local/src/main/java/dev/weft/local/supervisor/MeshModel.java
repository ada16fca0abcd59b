package dev.weft.local.supervisor;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the mesh shall be: its pods and services, by name.
 *
 * @param pods workloads that run on this machine
 * @param services services
 */
record MeshModel(Map<WorkloadName, PodSpec> pods, Map<WorkloadName, ServiceSpec> services) {

    MeshModel {
        pods = Map.copyOf(pods);
        services = Map.copyOf(services);
    }

    static MeshModel empty() {
        return new MeshModel(Map.of(), Map.of());
    }

    SortedMap<WorkloadName, PodSpec> sortedPods() {
        return new TreeMap<>(pods);
    }

    SortedMap<WorkloadName, ServiceSpec> sortedServices() {
        return new TreeMap<>(services);
    }
}
