package dev.weft.control.watch;

import dev.weft.mesh.registry.Snapshot;
import java.util.Optional;
import java.util.function.Consumer;

/** The configuration of a mesh's sidecars, and which part of it each has acknowledged, at any replica. */
public interface SidecarView {

    /** Returns the objects that the present configuration is made from. */
    Snapshot objects();

    /**
     * Returns how far a sidecar has taken over its workload's configuration from {@link #objects}, or from later
     * objects.
     *
     * @param workload {@code namespace/name}
     * @return empty if there is no such meshed workload
     */
    Optional<InboundStatus> inboundStatus(String workload);

    /**
     * Adds a listener that receives the name of a workload whenever its standing may have changed. It is called in the
     * middle of that sidecar's work and must be short.
     */
    void onInboundStatusChange(Consumer<String> listener);
}
