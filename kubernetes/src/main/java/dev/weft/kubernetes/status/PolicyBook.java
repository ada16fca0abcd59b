package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.compile.NamespaceObjects;
import dev.weft.control.watch.InboundStatus;
import dev.weft.control.watch.SidecarView;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps which workloads each policy selects, and the state of their sidecars. The cost of an update depends on the
 * number of changes only. Not safe for use by several threads.
 */
final class PolicyBook {

    private final Map<PolicyName, WorkloadCounts> tallies = new HashMap<>();
    private final NavigableMap<ObjectName, Member> members = new TreeMap<>();
    private Snapshot seen = Snapshot.EMPTY;

    /**
     * Updates this book to the objects that the sidecars get now.
     *
     * @param touched workloads whose sidecars may have changed their state since the last call
     * @return the policies whose status may have changed
     */
    Set<PolicyName> follow(SidecarView sidecars, Set<ObjectName> touched) {
        Snapshot now = sidecars.objects();
        Set<PolicyName> changed = new HashSet<>();
        for (PolicyKind kind : PolicyKind.values()) {
            kind.in(now)
                    .differences(
                            kind.in(seen),
                            (name, _, policy) -> replace(new PolicyName(kind, name), policy, now, changed));
        }
        Set<ObjectName> workloads = new HashSet<>(touched);
        SortedTable.copyOf(now.workloads())
                .differences(SortedTable.copyOf(seen.workloads()), (name, _, _) -> workloads.add(name));
        SortedTable.copyOf(now.addresses().workloads())
                .differences(SortedTable.copyOf(seen.addresses().workloads()), (name, _, _) -> workloads.add(name));
        workloads.forEach(name -> changed.addAll(look(name, now, sidecars)));
        seen = now;
        return changed;
    }

    private void replace(PolicyName name, @Nullable Selecting<?> policy, Snapshot now, Set<PolicyName> changed) {
        changed.add(name);
        List<Member> concerned = new ArrayList<>();
        for (Member member :
                members.tailMap(new ObjectName(name.namespace(), ""), true).values()) {
            if (!member.workload().name().namespace().equals(name.namespace())) {
                break;
            }
            if (member.policies().contains(name) || (policy != null && policy.selects(member.workload()))) {
                concerned.add(member);
            }
        }
        concerned.forEach(this::takeOut);
        tallies.remove(name);
        if (policy != null) {
            tallies.put(name, new WorkloadCounts(name.kind(), policy));
        }
        for (Member before : concerned) {
            SortedSet<PolicyName> policies = new TreeSet<>(before.policies());
            policies.remove(name);
            if (policy != null && policy.selects(before.workload())) {
                policies.add(name);
            }
            Member member = Member.of(before.workload(), before.ready(), before.standing(), policies, now);
            put(member);
            if (!member.leftOut().equals(before.leftOut())) {
                changed.addAll(member.policies());
            }
        }
    }

    private void takeOut(Member member) {
        members.remove(member.workload().name());
        member.policies().forEach(policy -> tally(policy).remove(member));
    }

    private void put(Member member) {
        members.put(member.workload().name(), member);
        member.policies().forEach(policy -> tally(policy).add(member));
    }

    /** Counts a workload again, and returns the policies whose counts may have changed by that. */
    private Set<PolicyName> look(ObjectName name, Snapshot now, SidecarView sidecars) {
        Set<PolicyName> about = new HashSet<>();
        Member before = members.get(name);
        if (before != null) {
            takeOut(before);
            about.addAll(before.policies());
        }
        Workload workload = now.workloads().get(name);
        if (workload == null) {
            return about;
        }
        Optional<InboundStatus> standing =
                workload.meshed() ? sidecars.inboundStatus(name.toString()) : Optional.empty();
        Member member = counted(workload, standing, before, now);
        put(member);
        about.addAll(member.policies());
        return before != null && member.countsAs(before) ? Set.of() : about;
    }

    /** Reuses the former list of policies if the workload is the same object. */
    @SuppressWarnings("ReferenceEquality") // a workload that is the same object has the same labels
    private static Member counted(
            Workload workload, Optional<InboundStatus> standing, @Nullable Member before, Snapshot now) {
        boolean ready = now.ready(workload);
        return before != null && before.workload() == workload
                ? new Member(workload, ready, standing, before.policies(), before.leftOut())
                : Member.of(workload, ready, standing, policies(workload, now), now);
    }

    private static SortedSet<PolicyName> policies(Workload workload, Snapshot now) {
        SortedSet<PolicyName> policies = new TreeSet<>();
        for (PolicyKind kind : PolicyKind.values()) {
            for (Selecting<?> policy :
                    NamespaceObjects.values(kind.in(now), workload.name().namespace())) {
                if (policy.selects(workload)) {
                    policies.add(new PolicyName(kind, new ObjectName(policy.namespace(), policy.name())));
                }
            }
        }
        return policies;
    }

    /** Returns the workload as it is counted; empty if there is no workload of this name. */
    Optional<Member> member(ObjectName workload) {
        return Optional.ofNullable(members.get(workload));
    }

    private WorkloadCounts tally(PolicyName policy) {
        return requireNonNull(tallies.get(policy), "tally");
    }

    /** Returns the policy as it is counted; empty if there is no policy of this name. */
    Optional<Selecting<?>> policy(PolicyName name) {
        return Optional.ofNullable(tallies.get(name)).map(WorkloadCounts::policy);
    }

    Optional<PolicyVerdict> verdict(PolicyName name) {
        return Optional.ofNullable(tallies.get(name)).map(WorkloadCounts::verdict);
    }
}
