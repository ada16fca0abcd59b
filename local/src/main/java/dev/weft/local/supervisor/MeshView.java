package dev.weft.local.supervisor;

import dev.weft.files.yaml.ObjectWriter;
import dev.weft.local.state.Network;
import dev.weft.local.state.PsSnapshot.ServiceStatus;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Data derived from the wanted state, its addresses and the ready pods: names, Service rules, the addresses object.
 * Created again at every change.
 */
final class MeshView {

    private final MeshModel model;
    private final Network network;
    private final SortedMap<ObjectName, List<String>> podAddresses = new TreeMap<>();
    private final SortedMap<ObjectName, List<String>> serviceAddresses = new TreeMap<>();

    MeshView(MeshModel model, AddressPlan plan) {
        this.model = model;
        this.network = plan.network();
        model.pods().forEach((name, _) -> podAddresses.put(name, plan.workload(name)));
        model.services().forEach((name, service) -> serviceAddresses.put(name, plan.service(service)));
    }

    List<String> podAddresses(ObjectName name) {
        return podAddresses.getOrDefault(name, List.of());
    }

    /** Returns the addresses of everything that has a name: Services, and workloads whose name no Service has. */
    SortedMap<ObjectName, List<String>> names() {
        SortedMap<ObjectName, List<String>> names = new TreeMap<>(podAddresses);
        names.putAll(serviceAddresses);
        return names;
    }

    String addressesObject(String mesh, Collection<ObjectName> ready) {
        Map<ObjectName, AddressBook.Entry> workloads = new HashMap<>();
        podAddresses.forEach(
                (name, addresses) -> workloads.put(name, new AddressBook.Entry(addresses, ready.contains(name))));
        return ObjectWriter.write(mesh, new AddressBook(workloads, serviceAddresses));
    }

    /** Returns the rules with which unmeshed pods reach Services. */
    String serviceRules(Collection<ObjectName> ready) {
        List<ServiceRules.Target> targets = new ArrayList<>();
        model.services().forEach((name, service) -> {
            for (String address : serviceAddresses.getOrDefault(name, List.of())) {
                for (Service.Port port : service.ports()) {
                    targets.add(
                            new ServiceRules.Target(address, port.port(), endpoints(service, port, address, ready)));
                }
            }
        });
        return ServiceRules.install(network, targets);
    }

    List<ServiceStatus> serviceStatus() {
        List<ServiceStatus> services = new ArrayList<>();
        for (Map.Entry<ObjectName, List<String>> service : serviceAddresses.entrySet()) {
            ObjectName name = service.getKey();
            List<Integer> ports =
                    Optional.ofNullable(model.services().get(name)).map(Service::ports).orElse(List.of()).stream()
                            .map(Service.Port::port)
                            .toList();
            services.add(new ServiceStatus(name.namespace(), name.name(), service.getValue(), ports));
        }
        return services;
    }

    private List<ServiceRules.Endpoint> endpoints(
            Service service, Service.Port port, String address, Collection<ObjectName> ready) {
        List<ServiceRules.Endpoint> endpoints = new ArrayList<>();
        model.pods().forEach((name, pod) -> {
            OptionalInt target = port.targetPort().on(pod.workload());
            if (service.selects(pod.workload()) && ready.contains(name) && target.isPresent()) {
                podAddresses(name).stream()
                        .filter(candidate -> candidate.contains(":") == address.contains(":"))
                        .forEach(candidate -> endpoints.add(new ServiceRules.Endpoint(candidate, target.getAsInt())));
            }
        });
        return endpoints;
    }
}
