package dev.weft.local.supervisor;

import dev.weft.files.yaml.ProgramSpec;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Workload;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.util.Objects;
import java.util.Optional;

/**
 * The wanted state of a workload's pod.
 *
 * @param workload the workload in the mesh
 * @param program program of the pod; without a command, only commands started by hand run in the pod
 * @param identity SPIFFE ID of the workload
 * @param datagrams which UDP the pod admits
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

    /** Whether everything except the application is the same. Otherwise the pod must be created again. */
    boolean hasShellOf(PodSpec other) {
        return meshed() == other.meshed()
                && workload.serviceAccount().equals(other.workload.serviceAccount())
                && identity.equals(other.identity)
                && workload.skipInboundPorts().equals(other.workload.skipInboundPorts())
                && workload.skipOutboundPorts().equals(other.workload.skipOutboundPorts())
                && program.sidecar().equals(other.program.sidecar());
    }

    boolean isProbedAs(PodSpec other) {
        return Objects.equals(workload.readiness(), other.workload.readiness())
                && Objects.equals(workload.liveness(), other.workload.liveness())
                && workload.ports().equals(other.workload.ports());
    }
}
