package dev.weft.kubernetes.status;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The first problem of each invalid policy, by name. Later problems of a policy often follow from its first one. */
final class PolicyProblems {

    private Map<PolicyName, String> problems = Map.of();
    private List<LoadError> seen = List.of();

    /** Takes the current errors, and returns the policies whose problem has changed since the last call. */
    Set<PolicyName> follow(List<LoadError> errors) {
        if (errors.equals(seen)) {
            return Set.of();
        }
        Map<PolicyName, String> now = new HashMap<>();
        for (LoadError error : errors) {
            named(error).ifPresent(name -> now.putIfAbsent(name, error.reason()));
        }
        Set<PolicyName> changed = new HashSet<>(problems.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(name -> Optional.ofNullable(now.get(name)).equals(of(name)));
        seen = errors;
        problems = now;
        return changed;
    }

    Optional<String> of(PolicyName policy) {
        return Optional.ofNullable(problems.get(policy));
    }

    private static Optional<PolicyName> named(LoadError error) {
        String[] parts = error.source().name().split("/", -1);
        return PolicyKind.of(error.source().kind())
                .filter(_ -> parts.length == 2)
                .map(kind -> new PolicyName(kind, new ObjectName(parts[0], parts[1])));
    }
}
