package dev.weft.local.supervisor;

import java.util.List;
import java.util.SortedMap;

/** The addresses of a mesh as an object of the registry, from which the control plane's directory learns them. */
final class AddressesObject {

    private AddressesObject() {}

    /** A workload's addresses and whether it takes connections. */
    record WorkloadAddresses(List<String> addresses, boolean ready) {}

    static String text(
            String mesh,
            SortedMap<WorkloadName, WorkloadAddresses> workloads,
            SortedMap<WorkloadName, List<String>> services) {
        StringBuilder text = new StringBuilder("apiVersion: weft.dev/v1alpha1\nkind: Addresses\n");
        text.append("metadata: {name: ").append(quoted(mesh)).append("}\nspec:\n");
        text.append(workloads.isEmpty() ? "  workloads: []\n" : "  workloads:\n");
        workloads.forEach((name, workload) -> text.append("  - {%s, addresses: %s, ready: %s}\n"
                .formatted(named(name), list(workload.addresses()), workload.ready())));
        text.append(services.isEmpty() ? "  services: []\n" : "  services:\n");
        services.forEach(
                (name, addresses) -> text.append("  - {%s, addresses: %s}\n".formatted(named(name), list(addresses))));
        return text.toString();
    }

    private static String named(WorkloadName name) {
        return "namespace: " + quoted(name.namespace()) + ", name: " + quoted(name.name());
    }

    private static String list(List<String> values) {
        return values.stream().map(AddressesObject::quoted).toList().toString();
    }

    /** Quoted, as a name may look like a number to YAML. */
    private static String quoted(String value) {
        return '"' + value + '"';
    }
}
