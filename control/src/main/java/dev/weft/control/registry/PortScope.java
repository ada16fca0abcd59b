package dev.weft.control.registry;

/** Which ports of a workload may be reached at all. */
public enum PortScope {
    /** Those that it declares. */
    DECLARED,
    /** Every one that it listens on. */
    ALL
}
