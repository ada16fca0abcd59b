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
 * Who is a meshed workload. Never changes.
 *
 * @param counts how many workloads have each identity, and each identity with the marks by which they are told apart
 */
record KnownHolders(SortedTable<String, Integer> counts) {

    private static final KnownHolders NONE = new KnownHolders(SortedTable.empty());

    /** Of the workloads of a mesh, by {@code namespace/name}. */
    static KnownHolders of(SortedTable<String, Served> workloads) {
        return NONE.next(SortedTable.empty(), workloads);
    }

    /** Of the workloads after these; the cost is that of what is another. */
    KnownHolders next(SortedTable<String, Served> former, SortedTable<String, Served> now) {
        List<SortedTable<String, Integer>> next = new ArrayList<>(List.of(counts));
        now.differences(former, (name, before, after) -> {
            if (before != null) {
                next.set(0, added(next.getFirst(), holders(name, before), -1));
            }
            if (after != null) {
                next.set(0, added(next.getFirst(), holders(name, after), 1));
            }
        });
        return new KnownHolders(next.getFirst());
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

    /** As whom a workload is known: by its identity alone, by its name, and as the one of that name that it is. */
    private static Set<String> holders(String name, Served served) {
        return Stream.of(
                        Optional.<WorkloadMark>empty(),
                        Optional.of(WorkloadMark.of(name)),
                        Optional.of(WorkloadMark.of(name, served.instance())))
                .map(mark -> holder(served.identity(), mark))
                .collect(Collectors.toSet());
    }

    private static String holder(SpiffeId identity, Optional<WorkloadMark> mark) {
        return mark.map(one -> identity + " " + one).orElseGet(identity::toString);
    }

    /** Whether a workload has this identity, and is that very one where it is said which. */
    boolean has(SpiffeId identity, Optional<WorkloadMark> mark) {
        return counts.find(holder(identity, mark)).isPresent();
    }
}
