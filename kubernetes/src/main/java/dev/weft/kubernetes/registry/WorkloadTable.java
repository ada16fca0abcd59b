package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.AddressContest;
import dev.weft.mesh.table.SortedTable;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

        static Claimed of(Machine machine) {
            Workload workload = machine.workload();
            return new Claimed(
                    workload,
                    parse(workload.addresses()),
                    !workload.addresses().isEmpty(),
                    AddressPriority.written(workload.meshed(), machine.since()));
        }

        private static List<InetAddress> parse(List<String> literals) {
            return literals.stream()
                    .flatMap(text -> IpLiterals.parse(text).stream())
                    .distinct()
                    .toList();
        }
    }

    /** @param since when its object was made (RFC 3339, in UTC) */
    private record Machine(Workload workload, String since) {}

    private final AddressClaims claims = new AddressClaims();
    private final Map<ObjectName, Machine> machines = new HashMap<>();
    private final Map<ObjectName, Claimed> claimed = new HashMap<>();
    private SortedTable<ObjectName, MappedPod> pods = SortedTable.empty();
    private SortedTable<ObjectName, Workload> workloads = SortedTable.empty();
    private SortedTable<ObjectName, AddressBook.Entry> addresses = SortedTable.empty();
    /** Why machines do not have all addresses that they claim. */
    private final Map<ObjectName, List<String>> lost = new HashMap<>();

    private final Consumer<ObjectName> lostChanged;

    /** @param lostChanged called with a machine that has lost an address or got it back */
    WorkloadTable(Consumer<ObjectName> lostChanged) {
        this.lostChanged = lostChanged;
    }

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

    /** Takes a pod that was added, changed or deleted; returns the former pod of this name, or null. */
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
    void machine(ObjectName name, Optional<Workload> machine, String since) {
        machine.ifPresentOrElse(
                workload -> machines.put(name, new Machine(workload, since)), () -> machines.remove(name));
        settle(name);
    }

    /** Takes the addresses of a Service that was added, changed or deleted. */
    void service(ObjectName name, List<InetAddress> now) {
        claims.service(name, now).forEach(this::address);
    }

    List<String> lost(ObjectName name) {
        return lost.getOrDefault(name, List.of());
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
                        now == null ? AddressPriority.written(false, "") : now.standing())
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
        Machine machine = machines.get(name);
        return machine == null ? null : Claimed.of(machine);
    }

    private void address(ObjectName name) {
        Optional<AddressBook.Entry> entry =
                Optional.ofNullable(claimed.get(name)).flatMap(this::entry);
        if (!addresses.find(name).equals(entry)) {
            addresses = addresses.with(name, entry);
        }
        List<String> now = problems(claimed.get(name));
        if (!now.equals(lost(name))) {
            if (now.isEmpty()) {
                lost.remove(name);
            } else {
                lost.put(name, now);
            }
            lostChanged.accept(name);
        }
    }

    /** That a pod has lost its address is no mistake of anybody: the address was given to another. */
    private List<String> problems(@Nullable Claimed claim) {
        return claim == null || claim.standing().ofPod()
                ? List.of()
                : claim.addresses().stream()
                        .filter(address -> !claims.has(claim.workload().name(), address))
                        .map(address -> AddressContest.problem(address.getHostAddress(), claims.owner(address)))
                        .toList();
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
