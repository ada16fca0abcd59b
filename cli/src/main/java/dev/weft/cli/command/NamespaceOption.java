package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.daemon.text.Guess;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --namespace}: the namespace of the workloads that a command is about. */
final class NamespaceOption {

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "the namespace of the workload, or of the listed workloads. Default: any.")
    private @Nullable String namespace;

    /** Returns the workloads of the namespace; all workloads if no namespace was given. */
    List<WorkloadStatus> of(Session session, MeshHandle mesh, List<WorkloadStatus> workloads) throws IOException {
        return of(session, mesh.name().value(), workloads, WorkloadStatus::namespace);
    }

    /** Returns the members of the namespace; all members if no namespace was given. */
    List<Member> of(Session session, Mesh mesh, List<Member> members) throws IOException {
        return of(session, mesh.ref().name(), members, Member::namespace);
    }

    private <T> List<T> of(Session session, String mesh, List<T> workloads, Function<T, String> namespaceOf)
            throws IOException {
        if (namespace == null) {
            return workloads;
        }
        List<T> within = workloads.stream()
                .filter(workload -> namespaceOf.apply(workload).equals(namespace))
                .toList();
        if (within.isEmpty()) {
            throw unknown(
                    session,
                    mesh,
                    namespace,
                    workloads.stream().map(namespaceOf).distinct().toList());
        }
        return within;
    }

    boolean isGiven() {
        return namespace != null;
    }

    /** Returns the given namespace; empty if none was given. */
    String given() {
        return namespace == null ? "" : namespace;
    }

    /** Adds the namespace to a name, unless the name already has one. */
    String qualified(String name) {
        return namespace == null || name.contains("/") ? name : namespace + "/" + name;
    }

    /** Whether a workload, {@code namespace/name}, is in the namespace; true for all if none was given. */
    boolean has(String qualified) {
        return namespace == null || qualified.startsWith(namespace + "/");
    }

    /** Whether an identity is in the namespace; true for all if none was given. */
    boolean hasIdentity(String identity) {
        return namespace == null || identity.contains("/ns/" + namespace + "/");
    }

    private static CommandFailure unknown(Session session, String mesh, String given, List<String> names)
            throws IOException {
        boolean isMesh = session.meshes().list().stream()
                .anyMatch(other -> other.name().value().equals(given));
        List<String> guesses = Guess.near(given, names);
        String advice = names.isEmpty() ? "the mesh has no workload" : "there are: " + String.join(", ", names);
        return CommandFailure.notFound(
                "WEFT-L212",
                "there is no workload in namespace " + given + " of mesh " + mesh,
                isMesh
                        ? "-n names a namespace; for the mesh: --mesh " + given
                        : guesses.isEmpty() ? advice : Guess.question(guesses));
    }
}
