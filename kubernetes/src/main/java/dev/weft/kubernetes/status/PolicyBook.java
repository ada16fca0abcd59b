package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.compile.ByNamespace;
import dev.weft.control.watch.InboundStanding;
import dev.weft.control.watch.SidecarView;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which workloads each policy is about, and how far their sidecars are, kept as it changes: a change costs what it changes. Not
 * safe for use by several threads.
 */
final class PolicyBook {

    private final Map<ObjectName, Tally> tallies = new HashMap<>();
    private final NavigableMap<ObjectName, Member> members = new TreeMap<>();
    private Snapshot seen = Snapshot.EMPTY;

    /**
     * Comes to what the sidecars are told now.
     *
     * @param touched workloads whose sidecars may stand otherwise than at the last time
     * @return the policies of which there may be something else to say
     */
    Set<ObjectName> follow(SidecarView sidecars, Set<ObjectName> touched) {
        Snapshot now = sidecars.objects();
        Set<ObjectName> changed = new HashSet<>();
        SortedTable.copyOf(now.policies()).differences(SortedTable.copyOf(seen.policies()), (name, _, policy) -> {
            changed.add(name);
            replace(name, policy);
        });
        Set<ObjectName> workloads = new HashSet<>(touched);
        SortedTable.copyOf(now.workloads())
                .differences(SortedTable.copyOf(seen.workloads()), (name, _, _) -> workloads.add(name));
        SortedTable.copyOf(now.addresses().workloads())
                .differences(SortedTable.copyOf(seen.addresses().workloads()), (name, _, _) -> workloads.add(name));
        workloads.forEach(name -> changed.addAll(look(name, now, sidecars)));
        seen = now;
        return changed;
    }

    private void replace(ObjectName name, @Nullable SelectingPolicy policy) {
        tallies.remove(name);
        Tally tally = policy == null ? null : new Tally(policy);
        if (tally != null) {
            tallies.put(name, tally);
        }
        for (Member member :
                members.tailMap(new ObjectName(name.namespace(), ""), true).values()) {
            if (!member.workload().name().namespace().equals(name.namespace())) {
                return;
            }
            member.policies().remove(name);
            if (tally != null && tally.policy().selects(member.workload())) {
                member.policies().add(name);
                tally.add(member);
            }
        }
    }

    /** The policies that were about a workload or are. */
    private Set<ObjectName> look(ObjectName name, Snapshot now, SidecarView sidecars) {
        Set<ObjectName> about = new HashSet<>();
        Member before = members.remove(name);
        if (before != null) {
            before.policies().forEach(policy -> tally(policy).remove(before));
            about.addAll(before.policies());
        }
        Workload workload = now.workloads().get(name);
        if (workload == null) {
            return about;
        }
        Optional<InboundStanding> standing = workload.meshed() ? sidecars.standing(name.toString()) : Optional.empty();
        Member member = new Member(workload, now.ready(workload), standing, policies(workload, before, now));
        members.put(name, member);
        member.policies().forEach(policy -> tally(policy).add(member));
        about.addAll(member.policies());
        return before != null && member.countsAs(before) ? Set.of() : about;
    }

    @SuppressWarnings("ReferenceEquality") // a workload that is the same object has the same labels
    private static Set<ObjectName> policies(Workload workload, @Nullable Member before, Snapshot now) {
        if (before != null && before.workload() == workload) {
            return before.policies();
        }
        Set<ObjectName> policies = new HashSet<>();
        for (SelectingPolicy policy :
                ByNamespace.values(now.policies(), workload.name().namespace())) {
            if (policy.selects(workload)) {
                policies.add(name(policy));
            }
        }
        return policies;
    }

    private static ObjectName name(SelectingPolicy policy) {
        return new ObjectName(policy.policy().namespace(), policy.policy().name());
    }

    private Tally tally(ObjectName policy) {
        return requireNonNull(tallies.get(policy), "tally");
    }

    /** The policy that was counted; empty if there is none of this name. */
    Optional<SelectingPolicy> policy(ObjectName name) {
        return Optional.ofNullable(tallies.get(name)).map(Tally::policy);
    }

    Optional<PolicyVerdict> verdict(ObjectName name) {
        return Optional.ofNullable(tallies.get(name)).map(Tally::verdict);
    }
}
