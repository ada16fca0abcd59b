package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;

/**
 * A pod without a sidecar that would get one if it were created now in a namespace that requests injection.
 *
 * @param uid distinguishes the pod from another one of the same name
 * @param asks whether the pod itself requests injection, whatever its namespace does
 */
public record UnmeshedPod(ObjectName name, String uid, boolean asks) {}
