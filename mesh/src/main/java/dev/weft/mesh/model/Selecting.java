package dev.weft.mesh.model;

import dev.weft.policy.model.Named;

/** What holds for some workloads of its namespace, and which these are. */
public sealed interface Selecting<P extends Named> permits SelectingPolicy, SelectingEgress, SelectingRateLimit {

    /** What holds. */
    P policy();

    /** For which workloads. */
    LabelSelector workloads();

    /** Where it lives, and the workloads that it is about. */
    default String namespace() {
        return policy().namespace();
    }

    /** Unique in the namespace, among the objects of its kind. */
    default String name() {
        return policy().name();
    }

    /** Whether it is about a workload. */
    default boolean selects(Workload workload) {
        return workload.name().namespace().equals(namespace()) && workloads().matches(workload.labels());
    }
}
