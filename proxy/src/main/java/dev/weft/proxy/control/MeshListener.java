package dev.weft.proxy.control;

import java.util.Set;

/** Who acts upon what the control plane tells; called on the client's event loop. */
public interface MeshListener {
    /**
     * Something changed. What is thrown refuses the change: the control plane is told the message, and the former
     * snapshot stays.
     *
     * @param changed names of the resources that are new, different or gone
     */
    void onUpdate(MeshSnapshot snapshot, Set<String> changed);

    /** The stream to the control plane is up. */
    default void onConnected() {}

    /** The stream broke; it is tried again. What was told stays in force. */
    default void onDisconnected(String reason) {}
}
