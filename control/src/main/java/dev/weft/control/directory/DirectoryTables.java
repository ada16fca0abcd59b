package dev.weft.control.directory;

import dev.weft.mesh.table.SortedTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a mesh's workloads and Services by name and by address. Immutable. A change touches only the entries of
 * its own name and addresses, and the Services of the namespace that select the workload before or after.
 *
 * @param endpoints the Services, each with the workloads that it selects
 * @param workloadClaims names of the workloads that claim an address, in order: the first one has it
 * @param serviceClaims names of the Services that claim an address, in order
 */
record DirectoryTables(
        SortedTable<String, DirectoryWorkload> workloads,
        SortedTable<String, ServiceEndpoints> endpoints,
        SortedTable<AddressKey, List<String>> workloadClaims,
        SortedTable<AddressKey, List<String>> serviceClaims,
        List<String> namespaces) {

    /** The character after '/': all names of a namespace sort before its name followed by this. */
    private static final char AFTER_SLASH = '0';

    static DirectoryTables of(Collection<DirectoryWorkload> workloads, Collection<DirectoryService> services) {
        Map<String, DirectoryWorkload> byName = new TreeMap<>();
        workloads.forEach(workload -> byName.put(workload.fullName(), workload));
        Map<AddressKey, List<String>> workloadClaims = new TreeMap<>();
        byName.forEach((name, workload) -> claim(workloadClaims, workload.addresses(), name));
        SortedTable<String, DirectoryWorkload> table = SortedTable.copyOf(byName);
        Map<String, ServiceEndpoints> selected = new TreeMap<>();
        services.forEach(service -> selected.put(service.fullName(), select(service, table)));
        Map<AddressKey, List<String>> serviceClaims = new TreeMap<>();
        selected.forEach((name, one) -> claim(serviceClaims, one.service().addresses(), name));
        SortedTable<String, ServiceEndpoints> serviceTable = SortedTable.copyOf(selected);
        return new DirectoryTables(
                table,
                serviceTable,
                SortedTable.copyOf(workloadClaims),
                SortedTable.copyOf(serviceClaims),
                namespaces(table, serviceTable));
    }

    private static void claim(Map<AddressKey, List<String>> claims, List<InetAddress> addresses, String name) {
        addresses.stream()
                .map(AddressKey::of)
                .distinct()
                .forEach(address ->
                        claims.computeIfAbsent(address, _ -> new ArrayList<>(1)).add(name));
    }

    private static ServiceEndpoints select(DirectoryService service, SortedTable<String, DirectoryWorkload> workloads) {
        String prefix = service.namespace() + "/";
        return new ServiceEndpoints(
                service,
                workloads
                        .range(prefix, name -> name.startsWith(prefix))
                        .filter(workload -> isReady(workload, service))
                        .toList());
    }

    private static boolean isReady(DirectoryWorkload workload, DirectoryService service) {
        return (workload.ready() || service.publishesNotReady()) && service.selects(workload);
    }

    /** Returns tables with other workloads and Services under these names. */
    DirectoryTables with(
            Map<String, Optional<DirectoryWorkload>> changed, Map<String, Optional<DirectoryService>> changedServices) {
        SortedTable<String, DirectoryWorkload> nextWorkloads = workloads;
        SortedTable<String, ServiceEndpoints> nextServices = endpoints;
        SortedTable<AddressKey, List<String>> claims = workloadClaims;
        SortedTable<AddressKey, List<String>> claimsOfServices = serviceClaims;
        for (Map.Entry<String, Optional<DirectoryWorkload>> change : changed.entrySet()) {
            String name = change.getKey();
            DirectoryWorkload before = nextWorkloads.find(name).orElse(null);
            DirectoryWorkload now = change.getValue().orElse(null);
            nextWorkloads = nextWorkloads.with(name, change.getValue());
            claims = moved(
                    claims,
                    name,
                    before == null ? List.of() : before.addresses(),
                    now == null ? List.of() : now.addresses());
            nextServices = reselected(nextServices, namespaceOf(name) + "/", before, now);
        }
        for (Map.Entry<String, Optional<DirectoryService>> change : changedServices.entrySet()) {
            String name = change.getKey();
            List<InetAddress> before = nextServices
                    .find(name)
                    .map(one -> one.service().addresses())
                    .orElse(List.of());
            nextServices =
                    nextServices.with(name, reselected(nextServices.find(name), change.getValue(), nextWorkloads));
            claimsOfServices = moved(
                    claimsOfServices,
                    name,
                    before,
                    change.getValue().map(DirectoryService::addresses).orElse(List.of()));
        }
        return new DirectoryTables(
                nextWorkloads,
                nextServices,
                claims,
                claimsOfServices,
                namespaces(nextWorkloads, nextServices, changed, changedServices));
    }

    /** Returns a Service's new selection; keeps the selected workloads if the new Service selects the same ones. */
    private static Optional<ServiceEndpoints> reselected(
            Optional<ServiceEndpoints> before,
            Optional<DirectoryService> now,
            SortedTable<String, DirectoryWorkload> workloads) {
        return now.map(service -> before.filter(known -> known.service().selectsAs(service))
                .map(known -> known.with(service))
                .orElseGet(() -> select(service, workloads)));
    }

    /** Returns the Services after one workload of their namespace was replaced by another of the same name. */
    private static SortedTable<String, ServiceEndpoints> reselected(
            SortedTable<String, ServiceEndpoints> services,
            String prefix,
            @Nullable DirectoryWorkload before,
            @Nullable DirectoryWorkload now) {
        SortedTable<String, ServiceEndpoints> next = services;
        Iterator<Map.Entry<String, ServiceEndpoints>> all = services.from(prefix);
        while (all.hasNext()) {
            Map.Entry<String, ServiceEndpoints> service = all.next();
            if (!service.getKey().startsWith(prefix)) {
                break;
            }
            DirectoryService place = service.getValue().service();
            DirectoryWorkload was = before != null && isReady(before, place) ? before : null;
            DirectoryWorkload is = now != null && isReady(now, place) ? now : null;
            if (was != null || is != null) {
                next = next.with(service.getKey(), service.getValue().with(was, is));
            }
        }
        return next;
    }

    private static SortedTable<AddressKey, List<String>> moved(
            SortedTable<AddressKey, List<String>> claims,
            String name,
            List<InetAddress> before,
            List<InetAddress> now) {
        if (before.equals(now)) {
            return claims;
        }
        SortedTable<AddressKey, List<String>> next = claims;
        for (InetAddress address : before) {
            AddressKey key = AddressKey.of(address);
            List<String> left = new ArrayList<>(next.find(key).orElse(List.of()));
            left.remove(name);
            next = left.isEmpty() ? next.without(key) : next.with(key, left);
        }
        for (InetAddress address : now) {
            AddressKey key = AddressKey.of(address);
            TreeSet<String> all = new TreeSet<>(next.find(key).orElse(List.of()));
            all.add(name);
            next = next.with(key, List.copyOf(all));
        }
        return next;
    }

    /** Keeps the present list if no changed namespace became empty or stopped being so. */
    private List<String> namespaces(
            SortedTable<String, DirectoryWorkload> nextWorkloads,
            SortedTable<String, ServiceEndpoints> nextServices,
            Map<String, ?> changed,
            Map<String, ?> changedServices) {
        List<String> touched = new ArrayList<>(changed.keySet());
        touched.addAll(changedServices.keySet());
        boolean same = touched.stream()
                .map(DirectoryTables::namespaceOf)
                .distinct()
                .allMatch(namespace ->
                        isIn(workloads, endpoints, namespace) == isIn(nextWorkloads, nextServices, namespace));
        return same ? namespaces : namespaces(nextWorkloads, nextServices);
    }

    private static boolean isIn(SortedTable<String, ?> workloads, SortedTable<String, ?> services, String namespace) {
        String prefix = namespace + "/";
        return first(workloads, prefix).filter(name -> name.startsWith(prefix)).isPresent()
                || first(services, prefix)
                        .filter(name -> name.startsWith(prefix))
                        .isPresent();
    }

    private static List<String> namespaces(SortedTable<String, ?> workloads, SortedTable<String, ?> services) {
        TreeSet<String> all = new TreeSet<>();
        for (SortedTable<String, ?> table : List.of(workloads, services)) {
            Optional<String> name = first(table, "");
            while (name.isPresent()) {
                String namespace = namespaceOf(name.get());
                all.add(namespace);
                name = first(table, namespace + AFTER_SLASH);
            }
        }
        return List.copyOf(all);
    }

    private static Optional<String> first(SortedTable<String, ?> table, String lowest) {
        var entries = table.from(lowest);
        return entries.hasNext() ? Optional.of(entries.next().getKey()) : Optional.empty();
    }

    private static String namespaceOf(String fullName) {
        return fullName.substring(0, fullName.indexOf('/'));
    }

    List<DirectoryService> services() {
        return endpoints.values().stream().map(ServiceEndpoints::service).toList();
    }

    Optional<ServiceEndpoints> service(InetAddress address) {
        return serviceClaims.find(AddressKey.of(address)).flatMap(names -> endpoints.find(names.getFirst()));
    }

    Optional<DirectoryWorkload> workload(InetAddress address) {
        return workloadClaims.find(AddressKey.of(address)).flatMap(names -> workloads.find(names.getFirst()));
    }

    /** Returns the addresses of a Service, or of a workload without a Service of the same name. */
    Optional<List<InetAddress>> addressesOf(String fullName) {
        return endpoints
                .find(fullName)
                .map(selected -> selected.service().addresses())
                .or(() -> workloads.find(fullName).map(DirectoryWorkload::addresses));
    }

    void differences(DirectoryTables former, DirectoryChanges changes) {
        workloads.differences(former.workloads, (name, before, now) -> {
            if (before == null || !before.equals(now)) {
                changes.name(name);
                report(changes, before == null ? List.of() : before.addresses());
                report(changes, now == null ? List.of() : now.addresses());
            }
        });
        endpoints.differences(former.endpoints, (name, before, now) -> {
            changes.name(name);
            report(changes, before == null ? List.of() : before.service().addresses());
            report(changes, now == null ? List.of() : now.service().addresses());
        });
        if (!namespaces.equals(former.namespaces)) {
            changes.names();
        }
    }

    private static void report(DirectoryChanges changes, List<InetAddress> addresses) {
        addresses.forEach(changes::address);
    }
}
