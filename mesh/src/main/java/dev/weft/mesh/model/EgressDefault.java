package dev.weft.mesh.model;

/** Whether a workload that no egress policy selects may call destinations outside of the mesh. */
public enum EgressDefault {
    /** The workload may call any destination. */
    ALLOW,
    /** The workload may call no destination outside of the mesh. */
    DENY
}
