package dev.weft.mesh.model;

import dev.weft.policy.model.DefaultDecision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Defaults for the workloads of a namespace.
 *
 * @param defaultDecision the decision where no Allow policy selects a port; null for the mesh's default
 * @param inbound what sidecars do with plaintext; null for the mesh's default
 * @param egress whether workloads that no egress policy selects may call destinations outside; null for the mesh's
 *     default, which allows them
 * @param sidecar settings of the sidecars of workloads that do not have them themselves, by the names of their flags
 */
public record Namespace(
        String name,
        @Nullable DefaultDecision defaultDecision,
        @Nullable InboundMode inbound,
        @Nullable EgressDefault egress,
        Map<String, String> sidecar) {

    public Namespace {
        sidecar = Map.copyOf(sidecar);
    }

    /** Creates a namespace with the mesh's default for egress. */
    public Namespace(String name, @Nullable DefaultDecision defaultDecision, @Nullable InboundMode inbound) {
        this(name, defaultDecision, inbound, null);
    }

    /** Creates a namespace that says nothing of sidecars. */
    public Namespace(
            String name,
            @Nullable DefaultDecision defaultDecision,
            @Nullable InboundMode inbound,
            @Nullable EgressDefault egress) {
        this(name, defaultDecision, inbound, egress, Map.of());
    }
}
