package dev.weft.mesh.model;

/** What a workload may call outside of the mesh where no policy selects it. */
public enum EgressDefault {
    /** Anything. */
    ALLOW,
    /** Nothing. */
    DENY
}
