package dev.weft.policy.model;

import java.util.List;
import java.util.stream.Collectors;

/** A kind of peer, described by conditions. A peer must meet all of them. */
public record Source(List<Condition> all) {

    /** @throws IllegalArgumentException if there is no condition */
    public Source {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("from: an empty entry (expected: at least one of identity, "
                    + "identityPrefix, serviceAccount, namespace, trustDomain, cidr, authenticated, anyone)");
        }
    }

    /** A source of one condition. */
    public static Source of(Condition condition) {
        return new Source(List.of(condition));
    }

    @Override
    public String toString() {
        return all.stream().map(Condition::toString).collect(Collectors.joining(" and "));
    }
}
