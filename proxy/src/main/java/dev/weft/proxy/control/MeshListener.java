package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;

/** Applies what the control plane sends; called on the client's event loop. */
public interface MeshListener {
    /**
     * Checks whether a resource can be used. Throws IllegalArgumentException if not: then this resource alone is
     * refused.
     */
    default void check(Resource resource) {}

    /**
     * Called when the control plane's new resource of this name cannot be used. The former one may allow more than the
     * new one.
     */
    default void onRefused(ResourceName name, String version, String reason) {}

    /**
     * Applies a change. An exception refuses the whole change: the control plane gets its message, and nothing of it is
     * held.
     */
    void onUpdate(MeshChange change);

    /** Called when the stream to the control plane is up. */
    default void onConnected() {}

    /**
     * Called for each new stream, also one that replaces an open stream. The control plane sends destinations that lead
     * to plaintext again on it.
     */
    default void onStream() {}

    /** Called when the stream broke; it is retried. What was sent stays in force. */
    default void onDisconnected(String reason) {}
}
