package dev.weft.mesh.model;

import dev.weft.policy.model.DefaultDecision;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all workloads of a namespace unless they say otherwise.
 *
 * @param name the namespace
 * @param defaultDecision null for the mesh's
 * @param inbound null for the mesh's
 * @param egress what its workloads may call outside where no policy selects them; null for the mesh's, which is anything
 */
public record Namespace(
        String name,
        @Nullable DefaultDecision defaultDecision,
        @Nullable InboundMode inbound,
        @Nullable EgressDefault egress) {

    /** One that says nothing of what is called outside. */
    public Namespace(String name, @Nullable DefaultDecision defaultDecision, @Nullable InboundMode inbound) {
        this(name, defaultDecision, inbound, null);
    }
}
