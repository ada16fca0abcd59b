package dev.weft.control.watch;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.mesh.table.SortedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows which identities and marks belong to meshed workloads whose identity has not ended. Immutable.
 *
 * @param counts number of workloads for each identity alone, and for each identity with a mark
 */
record WorkloadIdentities(SortedTable<String, Integer> counts) {

    private static final WorkloadIdentities NONE = new WorkloadIdentities(SortedTable.empty());

    /** Creates the table for the workloads of a mesh, by {@code namespace/name}. */
    static WorkloadIdentities of(SortedTable<String, ServedWorkload> workloads) {
        return NONE.next(SortedTable.empty(), workloads);
    }

    /** Returns the table for changed workloads; the cost depends only on the differences. */
    WorkloadIdentities next(SortedTable<String, ServedWorkload> former, SortedTable<String, ServedWorkload> now) {
        List<SortedTable<String, Integer>> next = new ArrayList<>(List.of(counts));
        now.differences(former, (name, before, after) -> {
            if (before != null) {
                next.set(0, added(next.getFirst(), keys(name, before), -1));
            }
            if (after != null) {
                next.set(0, added(next.getFirst(), keys(name, after), 1));
            }
        });
        return new WorkloadIdentities(next.getFirst());
    }

    private static SortedTable<String, Integer> added(
            SortedTable<String, Integer> counted, Set<String> holders, int more) {
        SortedTable<String, Integer> next = counted;
        for (String holder : holders) {
            int count = next.find(holder).orElse(0) + more;
            next = count == 0 ? next.without(holder) : next.with(holder, count);
        }
        return next;
    }

    /**
     * Returns the keys of a workload: its identity alone, with the mark of its name, and with the mark of its name and
     * instance.
     */
    private static Set<String> keys(String name, ServedWorkload served) {
        if (served.identityEnded()) {
            return Set.of();
        }
        return Stream.of(
                        Optional.<WorkloadMark>empty(),
                        Optional.of(WorkloadMark.of(name)),
                        Optional.of(WorkloadMark.of(name, served.instance())))
                .map(mark -> key(served.identity(), mark))
                .collect(Collectors.toSet());
    }

    private static String key(SpiffeId identity, Optional<WorkloadMark> mark) {
        return mark.map(one -> identity + " " + one).orElseGet(identity::toString);
    }

    /** Whether a meshed workload has this identity and, if a mark is given, this mark. */
    boolean has(SpiffeId identity, Optional<WorkloadMark> mark) {
        return counts.find(key(identity, mark)).isPresent();
    }

    int count(SpiffeId identity) {
        return counts.find(key(identity, Optional.empty())).orElse(0);
    }
}
