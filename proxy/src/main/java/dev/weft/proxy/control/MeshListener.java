package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;

/** Who acts upon what the control plane tells; called on the client's event loop. */
public interface MeshListener {
    /** Whether this can be used: throws IllegalArgumentException if not. The resource alone is refused then. */
    default void check(Resource resource) {}

    /** What the control plane says now of this name cannot be used. What it said before may be looser than that. */
    default void onRefused(ResourceName name, String version, String reason) {}

    /** Something changes. What is thrown refuses the change: the control plane is told the message, and nothing of it is held. */
    void onUpdate(MeshChange change);

    /** The stream to the control plane is up. */
    default void onConnected() {}

    /** There is another stream, maybe in the place of one that stood. What leads to plaintext is told again by it. */
    default void onStream() {}

    /** The stream broke; it is tried again. What was told stays in force. */
    default void onDisconnected(String reason) {}
}
