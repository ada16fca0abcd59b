package dev.weft.cli.mesh;

import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.Timed;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.KeptAnchors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A mesh as a command meets it, on this machine or in a cluster. */
public interface Mesh {

    /** How messages name it. */
    MeshRef ref();

    /** Its trust domain. */
    String trustDomain();

    /** Whether it runs, as far as is known without asking it. */
    boolean alive();

    /** Asks again for what was asked when it was opened. */
    default void refresh() {}

    /** A conversation with its control plane, which connects at the first call. */
    Operator operator();

    /** Its workloads, by name. */
    List<Member> members() throws IOException;

    /**
     * What the sidecars of these workloads say of themselves, in their order. Those that are not meshed are left out.
     *
     * @param limit for the answer of each
     */
    List<Answer<Timed>> statuses(List<Member> members, Clock clock, Duration limit) throws IOException;

    /**
     * The admin server of a sidecar.
     *
     * @param member one that is meshed
     * @param limit for each answer
     */
    SidecarAdmin sidecar(Member member, Duration limit);

    /** What is wrong with its objects as they were written, where the one that runs it keeps that. */
    List<String> registryErrors() throws IOException;

    /** What is known of a mesh that has no control plane to be asked; empty of one that has. */
    Optional<NotInForce> withoutControlPlane();

    /** The file of its objects; empty where they are somewhere else. */
    Optional<Path> objects();

    /** Anchors whose keys somebody keeps. */
    KeptAnchors keptAnchors();
}
