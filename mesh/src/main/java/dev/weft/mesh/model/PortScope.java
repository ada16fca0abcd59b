package dev.weft.mesh.model;

/** Which ports of a workload other workloads may reach. */
public enum PortScope {
    /** The ports that the workload declares. */
    DECLARED,
    /** Every port on which the workload listens. */
    ALL
}
