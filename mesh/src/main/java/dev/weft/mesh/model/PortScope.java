package dev.weft.mesh.model;

/** Which ports of a workload may be reached at all. */
public enum PortScope {
    /** Those that it declares. */
    DECLARED,
    /** Every one that it listens on. */
    ALL
}
