package dev.weft.local.supervisor;

import dev.weft.local.state.Network;
import dev.weft.local.state.PsSnapshot.ServiceStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows from a model, its addresses and which pods are ready: names, service rules, the addresses object. Made anew at
 * every change.
 */
final class MeshView {

    private final MeshModel model;
    private final Network network;
    private final SortedMap<WorkloadName, List<String>> podAddresses = new TreeMap<>();
    private final SortedMap<WorkloadName, List<String>> serviceAddresses = new TreeMap<>();

    MeshView(MeshModel model, AddressPlan plan) {
        this.model = model;
        this.network = plan.network();
        model.sortedPods().forEach((name, _) -> podAddresses.put(name, plan.workload(name)));
        model.sortedServices().forEach((name, service) -> serviceAddresses.put(name, plan.service(service)));
    }

    List<String> podAddresses(WorkloadName name) {
        return podAddresses.getOrDefault(name, List.of());
    }

    /** Everything that has a name: services, and workloads that no service hides. */
    SortedMap<WorkloadName, List<String>> names() {
        SortedMap<WorkloadName, List<String>> names = new TreeMap<>(podAddresses);
        names.putAll(serviceAddresses);
        return names;
    }

    String addressesObject(String mesh, Collection<WorkloadName> ready) {
        SortedMap<WorkloadName, AddressesObject.WorkloadAddresses> workloads = new TreeMap<>();
        podAddresses.forEach((name, addresses) ->
                workloads.put(name, new AddressesObject.WorkloadAddresses(addresses, ready.contains(name))));
        return AddressesObject.text(mesh, workloads, serviceAddresses);
    }

    /** The rules by which unmeshed pods reach services. */
    String serviceRules(Collection<WorkloadName> ready) {
        List<ServiceRules.Target> targets = new ArrayList<>();
        model.sortedServices().forEach((name, service) -> {
            for (String address : serviceAddresses.getOrDefault(name, List.of())) {
                for (ServiceSpec.ServicePort port : service.ports()) {
                    targets.add(
                            new ServiceRules.Target(address, port.port(), endpoints(service, port, address, ready)));
                }
            }
        });
        return ServiceRules.install(network, targets);
    }

    List<ServiceStatus> serviceStatus() {
        List<ServiceStatus> services = new ArrayList<>();
        for (Map.Entry<WorkloadName, List<String>> service : serviceAddresses.entrySet()) {
            WorkloadName name = service.getKey();
            List<Integer> ports =
                    Optional.ofNullable(model.services().get(name)).map(ServiceSpec::ports).orElse(List.of()).stream()
                            .map(ServiceSpec.ServicePort::port)
                            .toList();
            services.add(new ServiceStatus(name.namespace(), name.name(), service.getValue(), ports));
        }
        return services;
    }

    private List<ServiceRules.Endpoint> endpoints(
            ServiceSpec service, ServiceSpec.ServicePort port, String address, Collection<WorkloadName> ready) {
        List<ServiceRules.Endpoint> endpoints = new ArrayList<>();
        model.sortedPods().forEach((name, pod) -> {
            OptionalInt target = port.targetOn(pod);
            if (service.selects(pod) && ready.contains(name) && target.isPresent()) {
                podAddresses(name).stream()
                        .filter(candidate -> candidate.contains(":") == address.contains(":"))
                        .forEach(candidate -> endpoints.add(new ServiceRules.Endpoint(candidate, target.getAsInt())));
            }
        });
        return endpoints;
    }
}
