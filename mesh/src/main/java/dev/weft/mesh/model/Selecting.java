package dev.weft.mesh.model;

import dev.weft.policy.model.Named;

/** A policy of a namespace, and the selector for the workloads that it applies to. */
public sealed interface Selecting<P extends Named> permits SelectingPolicy, SelectingEgress, SelectingRateLimit {

    /** The policy. */
    P policy();

    /** The selector for the workloads. */
    LabelSelector workloads();

    /** The namespace of the policy and of its workloads. */
    default String namespace() {
        return policy().namespace();
    }

    /** The name of the policy, unique in the namespace among the objects of its kind. */
    default String name() {
        return policy().name();
    }

    /** Whether the policy applies to a workload. */
    default boolean selects(Workload workload) {
        return workload.name().namespace().equals(namespace()) && workloads().matches(workload.labels());
    }
}
