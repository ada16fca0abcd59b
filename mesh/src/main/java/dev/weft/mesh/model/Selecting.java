package dev.weft.mesh.model;

/** An object that is about workloads of its namespace, by their labels. */
public sealed interface Selecting permits SelectingEgress, SelectingPolicy, SelectingRateLimit {

    /** Where it lives, and the workloads that it is about. */
    String namespace();

    /** Unique in the namespace, among the objects of its kind. */
    String name();

    /** Which workloads of the namespace. */
    LabelSelector workloads();

    /** Whether it is about a workload. */
    default boolean selects(Workload workload) {
        return workload.name().namespace().equals(namespace()) && workloads().matches(workload.labels());
    }
}
