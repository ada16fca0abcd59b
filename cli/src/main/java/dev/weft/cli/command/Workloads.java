package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.NameLookup;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;

/** Finds the workload that a command is about. */
final class Workloads {

    private Workloads() {}

    /** Finds a workload of a mesh on this machine by its name, in any namespace. */
    static WorkloadStatus find(MeshHandle mesh, String given) throws IOException {
        return NameLookup.find(
                "workload", "mesh " + mesh.name(), given, mesh.ps().workloads(), WorkloadStatus::qualifiedName);
    }

    /** Finds a workload of a mesh on this machine by its name, within the given namespace. */
    static WorkloadStatus find(Session session, MeshHandle mesh, NamespaceOption namespace, String given)
            throws IOException {
        return NameLookup.find(
                "workload",
                "mesh " + mesh.name(),
                given,
                namespace.of(session, mesh, mesh.ps().workloads()),
                WorkloadStatus::qualifiedName);
    }

    /** Finds a workload of any mesh by its name, within the given namespace. */
    static Member find(Session session, Mesh mesh, NamespaceOption namespace, String given) throws IOException {
        return NameLookup.find(
                "workload", "mesh " + mesh.ref(), given, namespace.of(session, mesh, mesh.members()), Member::workload);
    }

    /** Returns the workload; fails if it has no sidecar (WEFT-L106). */
    static Member requireMeshed(Member member) {
        if (!member.meshed()) {
            throw CommandFailure.failed(
                    "WEFT-L106",
                    "workload " + member.workload() + " has no sidecar, and so no identity: it is not meshed",
                    "remove 'meshed: false' from it in the mesh file");
        }
        return member;
    }

    /** Returns the workload; fails if it has no sidecar (WEFT-L106). */
    static WorkloadStatus requireMeshed(WorkloadStatus workload) {
        var _ = requireMeshed(Member.of(workload));
        return workload;
    }
}
