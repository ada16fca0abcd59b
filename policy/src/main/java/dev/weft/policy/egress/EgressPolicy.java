package dev.weft.policy.egress;

import dev.weft.policy.model.Named;
import java.util.List;

/**
 * Allows the selected workloads to call destinations outside of the mesh. The control plane applies the selector: a
 * proxy only holds policies that select its workload.
 *
 * @param namespace namespace of the policy and of the workloads that it selects
 * @param name unique in the namespace
 * @param to destinations that may be called; an empty list allows none
 */
public record EgressPolicy(String namespace, String name, List<EgressTarget> to) implements Named {

    /** The most entries of {@code to}. */
    public static final int MAX_TO = 1024;

    /** @throws IllegalArgumentException if there are too many entries */
    public EgressPolicy {
        to = List.copyOf(to);
        if (to.size() > MAX_TO) {
            throw new IllegalArgumentException("to: " + to.size() + " entries (expected: at most " + MAX_TO + ")");
        }
    }
}
