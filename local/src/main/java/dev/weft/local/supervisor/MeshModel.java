package dev.weft.local.supervisor;

import dev.weft.files.registry.FileRegistry;
import dev.weft.files.yaml.ProgramSpec;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The wanted state of the mesh: its pods and Services, by name.
 *
 * @param pods workloads that run on this machine: those without own addresses
 * @param services all Services
 */
record MeshModel(SortedMap<ObjectName, PodSpec> pods, SortedMap<ObjectName, Service> services) {

    MeshModel {
        pods = Collections.unmodifiableSortedMap(new TreeMap<>(pods));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    }

    static MeshModel empty() {
        return new MeshModel(Collections.emptySortedMap(), Collections.emptySortedMap());
    }

    /** Returns the wanted state from the files of a mesh. */
    static MeshModel of(FileRegistry.Local said, TrustDomain trustDomain) {
        Snapshot objects = said.snapshot();
        SortedMap<ObjectName, PodSpec> pods = new TreeMap<>();
        for (Workload workload : objects.workloads().values()) {
            if (workload.addresses().isEmpty()) {
                pods.put(
                        workload.name(),
                        new PodSpec(
                                workload,
                                said.programs().getOrDefault(workload.name(), ProgramSpec.NONE),
                                workload.identity(trustDomain).toString(),
                                Datagrams.of(
                                        objects.inboundMode(workload) == InboundMode.STRICT, workload.udpPorts())));
            }
        }
        return new MeshModel(pods, new TreeMap<>(objects.services()));
    }
}
