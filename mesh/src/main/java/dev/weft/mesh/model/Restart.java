package dev.weft.mesh.model;

/** Whether a workload's program is started again after it has ended. */
public enum Restart {
    ALWAYS,
    /** Only if it ended with an exit status other than 0. */
    ON_FAILURE,
    NEVER
}
