package dev.weft.control.replica;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;

/** The other replicas of this control plane, wherever that is known. */
@FunctionalInterface
public interface OtherReplicas {

    /** There are none. */
    OtherReplicas NONE = _ -> {};

    /**
     * Tells at once, and after each change, where the others are; on any thread, and not for long.
     *
     * @param changed is given their listeners, by the name of the replica
     */
    void follow(Consumer<Map<String, InetSocketAddress>> changed);
}
