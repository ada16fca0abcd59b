package dev.weft.cli.mesh;

import dev.weft.local.state.PsSnapshot.WorkloadStatus;

/**
 * A workload of a mesh.
 *
 * @param workload {@code namespace/name}
 * @param identity its SPIFFE ID; empty when it is not meshed
 */
public record Member(String workload, String identity, boolean meshed) {

    /** Makes a member from a workload of a mesh on this machine. */
    public static Member of(WorkloadStatus status) {
        return new Member(status.qualifiedName(), status.identity(), status.meshed());
    }

    /** Returns the part before the slash. */
    public String namespace() {
        return workload.substring(0, Math.max(0, workload.indexOf('/')));
    }

    /** Returns the part after the slash. */
    public String name() {
        return workload.substring(workload.indexOf('/') + 1);
    }
}
