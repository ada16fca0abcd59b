package dev.weft.mesh.model;

/** What a workload's sidecar does with inbound connections that are not mutual TLS. */
public enum InboundMode {
    /** Refuses them. */
    STRICT,
    /** Admits them as unauthenticated peers, which policy then judges. */
    PERMISSIVE
}
