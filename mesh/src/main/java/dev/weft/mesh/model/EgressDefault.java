package dev.weft.mesh.model;

/** Whether a workload that no egress policy selects may call destinations outside of the mesh. */
public enum EgressDefault {
    /** It may call any destination. */
    ALLOW,
    /** It may call none. */
    DENY
}
