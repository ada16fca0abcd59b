package dev.weft.mesh.model;

/** What a workload's sidecar does with inbound connections that are not mutual TLS. */
public enum InboundMode {
    /** The sidecar refuses them. */
    STRICT,
    /** The sidecar admits them as unauthenticated peers, which policy then judges. */
    PERMISSIVE
}
