package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.table.SortedTable;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The workloads of the mesh: pods, and machines outside of the cluster that are Workload objects. A pod takes
 * precedence over a Workload object of the same name. Not safe for use by several threads.
 */
final class WorkloadTable {

    /** A workload, and the addresses that it claims. */
    private record Claimed(Workload workload, List<InetAddress> addresses, boolean ready, AddressPriority standing) {

        static Claimed of(MappedPod pod, Workload workload) {
            return new Claimed(workload, parse(pod.addresses()), pod.ready(), pod.standing());
        }

        static Claimed of(Workload machine) {
            return new Claimed(
                    machine, parse(machine.addresses()), !machine.addresses().isEmpty(), AddressPriority.WRITTEN);
        }

        private static List<InetAddress> parse(List<String> literals) {
            return literals.stream()
                    .flatMap(text -> IpLiterals.parse(text).stream())
                    .distinct()
                    .toList();
        }
    }

    private final AddressClaims claims = new AddressClaims();
    private final Map<ObjectName, Workload> machines = new HashMap<>();
    private final Map<ObjectName, Claimed> claimed = new HashMap<>();
    private SortedTable<ObjectName, MappedPod> pods = SortedTable.empty();
    private SortedTable<ObjectName, Workload> workloads = SortedTable.empty();
    private SortedTable<ObjectName, AddressBook.Entry> addresses = SortedTable.empty();

    /** Returns all pods, including those that are no workloads. */
    SortedTable<ObjectName, MappedPod> pods() {
        return pods;
    }

    SortedTable<ObjectName, Workload> workloads() {
        return workloads;
    }

    SortedTable<ObjectName, AddressBook.Entry> addresses() {
        return addresses;
    }

    /**
     * Takes a pod that was added, changed or deleted.
     *
     * @return the pod of this name before; null if there was none
     */
    @Nullable
    MappedPod pod(ObjectName name, Optional<MappedPod> now) {
        MappedPod before = pods.find(name).orElse(null);
        if (!Optional.ofNullable(before).equals(now)) {
            pods = pods.with(name, now);
            settle(name);
        }
        return before;
    }

    /** Takes a machine outside of the cluster that was added, changed or deleted. */
    void machine(ObjectName name, Optional<Workload> machine) {
        machine.ifPresentOrElse(workload -> machines.put(name, workload), () -> machines.remove(name));
        settle(name);
    }

    /** Whether a machine is no workload because a pod has the same name. */
    boolean isHidden(ObjectName name) {
        return machines.containsKey(name) && pods.find(name).isPresent();
    }

    private void settle(ObjectName name) {
        Claimed before = claimed.get(name);
        Claimed now = now(name);
        if (now == null) {
            claimed.remove(name);
        } else {
            claimed.put(name, now);
        }
        Optional<Workload> workload = Optional.ofNullable(now).map(Claimed::workload);
        if (!workloads.find(name).equals(workload)) {
            workloads = workloads.with(name, workload);
        }
        claims.move(
                        name,
                        before == null ? List.of() : before.addresses(),
                        now == null ? List.of() : now.addresses(),
                        now == null ? AddressPriority.WRITTEN : now.standing())
                .forEach(this::address);
    }

    private @Nullable Claimed now(ObjectName name) {
        Optional<MappedPod> pod = pods.find(name);
        if (pod.isPresent()) {
            return pod.get()
                    .workload()
                    .map(workload -> Claimed.of(pod.get(), workload))
                    .orElse(null);
        }
        Workload machine = machines.get(name);
        return machine == null ? null : Claimed.of(machine);
    }

    private void address(ObjectName name) {
        Optional<AddressBook.Entry> entry =
                Optional.ofNullable(claimed.get(name)).flatMap(this::entry);
        if (!addresses.find(name).equals(entry)) {
            addresses = addresses.with(name, entry);
        }
    }

    /** A machine that has won all its addresses needs no entry: the workload itself contains them. */
    private Optional<AddressBook.Entry> entry(Claimed claim) {
        List<InetAddress> won = claim.addresses().stream()
                .filter(address -> claims.has(claim.workload().name(), address))
                .toList();
        return !claim.standing().ofPod() && won.equals(claim.addresses())
                ? Optional.empty()
                : Optional.of(new AddressBook.Entry(
                        won.stream().map(InetAddress::getHostAddress).toList(), claim.ready() && !won.isEmpty()));
    }
}
