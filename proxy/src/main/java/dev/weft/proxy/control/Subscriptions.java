package dev.weft.proxy.control;

/** Requests what a workload needs to know of the mesh. Answers go to the {@link MeshListener}. */
public interface Subscriptions {
    /** Requests this destination or name, now or when the control plane is back. */
    void subscribe(ResourceName name);

    /** Ends the subscription. */
    void unsubscribe(ResourceName name);

    /** Returns why the control plane cannot answer now; empty if it can. */
    default String awayBecause() {
        return "";
    }
}
