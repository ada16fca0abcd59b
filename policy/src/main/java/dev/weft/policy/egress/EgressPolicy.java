package dev.weft.policy.egress;

import dev.weft.policy.model.Named;
import java.util.List;

/**
 * Allows the workloads that it selects to call something outside of the mesh. The selector is applied by the control plane: a proxy
 * only holds policies that select its workload.
 *
 * @param namespace where the policy lives, and the workloads it selects
 * @param name unique in the namespace
 * @param to any of these may be called; none means that nothing may
 */
public record EgressPolicy(String namespace, String name, List<EgressTarget> to) implements Named {

    /** The most entries of {@code to}. */
    public static final int MAX_TO = 1024;

    /** @throws IllegalArgumentException there are too many entries */
    public EgressPolicy {
        to = List.copyOf(to);
        if (to.size() > MAX_TO) {
            throw new IllegalArgumentException("to: " + to.size() + " entries (expected: at most " + MAX_TO + ")");
        }
    }
}
