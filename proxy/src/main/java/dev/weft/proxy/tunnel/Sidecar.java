package dev.weft.proxy.tunnel;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.observe.Metrics;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.SessionRegistry;
import org.jspecify.annotations.Nullable;

/** The parts of a workload's context that every connection needs. */
public record Sidecar(MeshState mesh, Sockets sockets, SessionRegistry registry, Metrics metrics) {

    /** Why a session that was just opened is one too many, which is counted; null if it is not. */
    public @Nullable Refusal tooManySessions() {
        Refusal tooMany = registry.tooMany();
        if (tooMany != null) {
            metrics.limitHit("sessions");
        }
        return tooMany;
    }
}
