package dev.weft.mesh.model;

import dev.weft.mesh.table.SortedTable;
import java.util.List;
import java.util.Map;

/**
 * The addresses that the mesh has given to its objects.
 *
 * @param workloads per workload
 * @param services per Service
 */
public record AddressBook(Map<ObjectName, Entry> workloads, Map<ObjectName, List<String>> services) {

    /** Knows nothing. */
    public static final AddressBook EMPTY = new AddressBook(Map.of(), Map.of());

    public AddressBook {
        workloads = SortedTable.copyOf(workloads);
        services = SortedTable.copyOf(services);
    }

    /**
     * A workload's addresses.
     *
     * @param addresses IP addresses
     * @param ready whether its readiness probe passes
     */
    public record Entry(List<String> addresses, boolean ready) {
        public Entry {
            addresses = List.copyOf(addresses);
        }
    }
}
