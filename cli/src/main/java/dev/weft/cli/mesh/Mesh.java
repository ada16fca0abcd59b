package dev.weft.cli.mesh;

import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.KeptAnchors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A mesh that a command works on: on this machine or in a cluster. */
public interface Mesh {

    /** Returns how messages name the mesh. */
    MeshRef ref();

    /** Returns the trust domain of the mesh. */
    String trustDomain();

    /** Whether the mesh runs, as far as is known without asking its control plane. */
    boolean alive();

    /** Reads again what was read when this mesh was opened. */
    default void refresh() {}

    /** Returns a client of the control plane, which connects at the first call. */
    Operator operator();

    /** Asks the control plane, over one connection. */
    default <T> T ask(Function<Operator, T> questions) {
        try (Operator operator = operator()) {
            return questions.apply(operator);
        }
    }

    /** Returns the workloads of the mesh, by name. */
    List<Member> members() throws IOException;

    /**
     * Asks the sidecars of these workloads for their status. The answers are in the order of the workloads; workloads
     * without a sidecar are left out.
     *
     * @param limit how long each sidecar may take to answer
     */
    List<Answer<TimedStatus>> statuses(List<Member> members, Clock clock, Duration limit) throws IOException;

    /**
     * Returns a client of a sidecar's admin server.
     *
     * @param limit how long each answer may take
     */
    SidecarAdmin sidecar(Member member, Duration limit);

    /**
     * Returns the mistakes in the mesh's objects as they were written; in a cluster, what the leading replica of the
     * control plane finds wrong with its registry.
     */
    List<String> registryErrors() throws IOException;

    /** Returns what is known of a mesh whose control plane cannot be asked; empty if it can. */
    Optional<NotInForce> withoutControlPlane();

    /** Returns the file of the mesh's objects; empty where the objects are not in a file. */
    Optional<Path> objects();

    /** Returns which trust anchors have a key that an operator keeps. */
    KeptAnchors keptAnchors();
}
