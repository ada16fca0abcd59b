package dev.weft.proxy.control;

/** How a workload asks for what it needs to know of the mesh. What is told goes to the {@link MeshListener}. */
public interface Subscriptions {
    /** Asks for this destination or name, now or when the control plane is there again. */
    void subscribe(ResourceName name);

    /** No longer wants it. */
    void unsubscribe(ResourceName name);

    /** Why the control plane cannot answer now; empty if it can. */
    default String awayBecause() {
        return "";
    }
}
