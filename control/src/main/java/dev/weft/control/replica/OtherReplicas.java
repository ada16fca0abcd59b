package dev.weft.control.replica;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;

/** Finds the other replicas of this control plane, where a platform knows them. */
@FunctionalInterface
public interface OtherReplicas {

    /** For a control plane without other replicas. */
    OtherReplicas NONE = _ -> {};

    /**
     * Reports the addresses of the other replicas, at once and after each change.
     *
     * @param changed receives their listeners' addresses, by the name of the replica; called on any thread, must be
     *     short
     */
    void follow(Consumer<Map<String, InetSocketAddress>> changed);
}
