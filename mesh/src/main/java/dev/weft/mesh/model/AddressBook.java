package dev.weft.mesh.model;

import dev.weft.mesh.table.SortedTable;
import java.util.List;
import java.util.Map;

/** The IP addresses that the mesh has given to its objects. */
public record AddressBook(Map<ObjectName, Entry> workloads, Map<ObjectName, List<String>> services) {

    /** A book without any address. */
    public static final AddressBook EMPTY = new AddressBook(Map.of(), Map.of());

    public AddressBook {
        workloads = SortedTable.copyOf(workloads);
        services = SortedTable.copyOf(services);
    }

    /**
     * The addresses of a workload.
     *
     * @param ready whether its readiness probe passes
     */
    public record Entry(List<String> addresses, boolean ready) {
        public Entry {
            addresses = List.copyOf(addresses);
        }
    }
}
