package dev.weft.control;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.PodCertificates;
import dev.weft.control.replica.OtherReplicas;
import dev.weft.control.state.SharedState;
import dev.weft.control.trust.UnpublishedAnchors;
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

/** Where the objects and the state of a control plane are: in files, or on a platform. */
public interface Home extends AutoCloseable {

    /**
     * The objects of a mesh.
     *
     * @param registry holds all objects in force; closed with the control plane
     * @param operators the objects that the control plane writes itself
     */
    record Objects(Registry registry, OperatorObjects operators) {}

    /**
     * Opens the registry.
     *
     * @throws IOException if the registry cannot be read
     * @throws dev.weft.mesh.state.StateException if the registry's content is unusable, so that no proxy may be served
     */
    Objects objects(ControlSettings settings) throws IOException;

    /**
     * Returns the places that do not have the present anchors of {@link #anchors} yet. A rotation waits for them, for a
     * limited time. None where sidecars get the anchors otherwise.
     */
    default List<UnpublishedAnchors> unpublished() {
        return List.of();
    }

    /** Returns what an operator must know of the {@link #unpublished} anchors: the places that cannot be written. */
    default List<String> publishingErrors() {
        return unpublished().stream()
                .map(UnpublishedAnchors::problem)
                .filter(problem -> !problem.isEmpty())
                .toList();
    }

    /** Returns the part that identifies the owner of a workload token; empty where there are no such tokens. */
    Optional<WorkloadAttestor> attestor();

    /**
     * Publishes the anchors for sidecars that start without a bundle. Called at the start and after each change of
     * trust, by the thread that made the change, so perhaps by several at once; must return at once.
     *
     * @param trusted returns the anchors that are trusted at the moment of the call. A home reads and publishes them
     *     under one lock, so that a slower thread never puts former anchors in the place of present ones
     */
    void anchors(Supplier<List<X509Certificate>> trusted);

    /**
     * Returns the state that must outlast the state directory and is shared with other replicas; empty where the
     * directory lasts.
     */
    Optional<SharedState> shared();

    /** Returns the other replicas that serve the same mesh; none where the state directory lasts. */
    default OtherReplicas replicas() {
        return OtherReplicas.NONE;
    }

    /**
     * Receives the issuing service, for platforms that request certificates for their pods. Called once, at the start.
     */
    default void issue(PodCertificates certificates) {}

    /**
     * Receives the view of the sidecars: which configuration each has acknowledged. Called once, when the control plane
     * serves.
     */
    default void sidecars(SidecarView sidecars) {}

    /**
     * Receives the status of the current or latest rotation. Called once, when the control plane serves.
     *
     * @param status returns empty if there has been no rotation; each call checks all sidecars
     */
    default void rotations(Supplier<Optional<RotationStatus>> status) {}

    /** Returns who may look at the mesh without being an operator; empty where no one may. */
    default Optional<Views> views() {
        return Optional.empty();
    }

    /**
     * The listener for viewers.
     *
     * @param port its port on the loopback address
     * @param viewers judge each call
     */
    record Views(int port, Viewers viewers) {}

    /** Returns why the home's own services are not ready; empty if they are, or if it has none. */
    default List<String> problems() {
        return List.of();
    }

    /** Registers the home's own metrics. */
    default void register(Metrics metrics) {}

    /** Gives up leadership, so that another replica leads. Called before all else when the control plane stops. */
    @Override
    default void close() {}
}
