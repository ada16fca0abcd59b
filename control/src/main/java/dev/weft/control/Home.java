package dev.weft.control;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.PodCertificates;
import dev.weft.control.replica.OtherReplicas;
import dev.weft.control.state.SharedState;
import dev.weft.control.view.Viewers;
import dev.weft.control.watch.SidecarView;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the objects and the state of a control plane are. */
public interface Home extends AutoCloseable {

    /**
     * The objects of a mesh.
     *
     * @param registry has all of them in force; closed with the control plane
     * @param operators those that the control plane writes itself
     */
    record Objects(Registry registry, OperatorObjects operators) {}

    /**
     * Opens the registry.
     *
     * @throws IOException if it cannot be read
     * @throws dev.weft.mesh.state.StateException if no one may be served by what it says
     */
    Objects objects(ControlSettings settings) throws IOException;

    /** Says whose workload tokens are; empty where there are none. */
    Optional<WorkloadAttestor> attestor();

    /**
     * Tells those who start without a bundle which anchors to begin with. Called at the start and after each change of what is
     * trusted; must return at once.
     */
    void anchors(List<X509Certificate> trusted);

    /** What must outlast the state directory, and is shared with other replicas; empty where the directory lasts. */
    Optional<SharedState> shared();

    /** The other replicas that serve the same mesh; none where the directory lasts. */
    default OtherReplicas replicas() {
        return OtherReplicas.NONE;
    }

    /** Is given what issues certificates, where the platform asks for some itself. Called once, at the start. */
    default void issue(PodCertificates certificates) {}

    /** Says how far the sidecars are with what they are told. Called once, when the control plane serves. */
    default void sidecars(SidecarView sidecars) {}

    /**
     * Says how the rotation is that runs, or ran last. Called once, when the control plane serves.
     *
     * @param status empty if there has been none; takes as long as a look at all sidecars
     */
    default void rotations(Supplier<Optional<RotationStatus>> status) {}

    /** Who may look at the mesh without being an operator; empty where no one may. */
    default Optional<Views> views() {
        return Optional.empty();
    }

    /**
     * A door for who may look.
     *
     * @param port of the loopback address
     * @param viewers judge each call
     */
    record Views(int port, Viewers viewers) {}

    /** Why what it serves by itself is not ready; none if it is, or if it serves nothing. */
    default List<String> problems() {
        return List.of();
    }

    /** Has its numbers among the control plane's. */
    default void register(Metrics metrics) {}

    /** Leads no more, and has another replica lead. Called first of all when the control plane stops. */
    @Override
    default void close() {}
}
