package dev.weft.local.supervisor;

import dev.weft.files.yaml.ProgramSpec;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Workload;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.util.Objects;
import java.util.Optional;

/**
 * What a workload's pod must be.
 *
 * @param workload as the mesh has it
 * @param program what runs in the pod; nothing runs but what is entered by hand if it has no command
 * @param identity SPIFFE ID of the workload
 * @param datagrams which UDP the pod lets in
 */
record PodSpec(Workload workload, ProgramSpec program, String identity, Datagrams datagrams) {

    ObjectName name() {
        return workload.name();
    }

    boolean meshed() {
        return workload.meshed();
    }

    Optional<Probe> readiness() {
        return Optional.ofNullable(workload.readiness());
    }

    Optional<Probe> liveness() {
        return Optional.ofNullable(workload.liveness());
    }

    /** Whether the pod around the application is the same. A pod that must be another is made again. */
    boolean hasShellOf(PodSpec other) {
        return meshed() == other.meshed()
                && workload.serviceAccount().equals(other.workload.serviceAccount())
                && identity.equals(other.identity)
                && workload.skipInboundPorts().equals(other.workload.skipInboundPorts())
                && workload.skipOutboundPorts().equals(other.workload.skipOutboundPorts())
                && program.sidecar().equals(other.program.sidecar());
    }

    /** Whether the application is asked in the same way whether it is well. */
    boolean isProbedAs(PodSpec other) {
        return Objects.equals(workload.readiness(), other.workload.readiness())
                && Objects.equals(workload.liveness(), other.workload.liveness())
                && workload.ports().equals(other.workload.ports());
    }
}
