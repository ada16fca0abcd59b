package dev.weft.mesh.model;

import dev.weft.policy.model.DefaultDecision;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all workloads of a namespace unless they say otherwise.
 *
 * @param name the namespace
 * @param defaultDecision null for the mesh's
 * @param inbound null for the mesh's
 */
public record Namespace(
        String name,
        @Nullable DefaultDecision defaultDecision,
        @Nullable InboundMode inbound) {}
