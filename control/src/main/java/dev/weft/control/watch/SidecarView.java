package dev.weft.control.watch;

import dev.weft.mesh.registry.Snapshot;
import java.util.Optional;
import java.util.function.Consumer;

/** What the sidecars of a mesh are told, and how far each is with it, at whichever replica it is connected. */
public interface SidecarView {

    /** The objects that the sidecars are told of now. */
    Snapshot objects();

    /**
     * How far a sidecar is with what its workload accepts by {@link #objects}, or by later ones.
     *
     * @param workload {@code namespace/name}
     * @return empty if there is no such meshed workload
     */
    Optional<InboundStanding> standing(String workload);

    /**
     * Has the listener called with the name of a workload whenever its standing may be another. It is called in the middle of
     * that sidecar's work: it must be short.
     */
    void onStandingChange(Consumer<String> listener);
}
