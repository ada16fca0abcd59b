package dev.weft.control.peering;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.ExportedPort;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedServicePort;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.ServicePlace;
import dev.weft.control.directory.WorkloadPlace;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Selects what is exported of the own mesh: as much as other trust domains accept, in the order of the names. */
final class Exporter {

    private final SortedMap<String, ExportedWorkload> workloads = new TreeMap<>();
    private final SortedMap<String, ExportedService> services = new TreeMap<>();
    private final Set<String> untold = new HashSet<>();
    private int bytes;

    private Exporter() {}

    /**
     * What is exported.
     *
     * @param exports the exported workloads and Services
     * @param untold number of workloads and Services that are too large, or too many, to be exported
     */
    record Told(Exports exports, int untold) {}

    static Told of(Directory own) {
        Exporter exporter = new Exporter();
        Map<String, List<ServicePlace>> byNamespace =
                own.services().stream().collect(Collectors.groupingBy(ServicePlace::namespace));
        for (WorkloadPlace workload : own.workloads()) {
            if (workload.identity().isPresent() && !workload.addresses().isEmpty()) {
                List<ServicePlace> before = byNamespace.getOrDefault(workload.namespace(), List.of()).stream()
                        .filter(service -> service.selects(workload))
                        .toList();
                before.forEach(exporter::add);
                exporter.put(
                        "workload ",
                        exporter.workloads,
                        workload.fullName(),
                        workload(workload, before),
                        Steps.MAX_WORKLOADS);
            }
        }
        return new Told(Exports.of(exporter.workloads, exporter.services), exporter.untold.size());
    }

    private void add(ServicePlace service) {
        if (!services.containsKey(service.fullName())) {
            put("Service ", services, service.fullName(), service(service), Steps.MAX_SERVICES);
        }
    }

    private <T extends MessageLite> void put(String kind, SortedMap<String, T> told, String name, T item, int most) {
        int size = item.getSerializedSize();
        if (told.size() == most || size > Steps.MAX_ITEM || bytes + size > Steps.MAX_BYTES) {
            untold.add(kind + name);
            return;
        }
        bytes += size;
        told.put(name, item);
    }

    private static ExportedWorkload workload(WorkloadPlace workload, List<ServicePlace> services) {
        ExportedWorkload.Builder told = ExportedWorkload.newBuilder()
                .setNamespace(workload.namespace())
                .setName(workload.name())
                .setReady(workload.ready())
                .addAllAddresses(texts(workload.addresses()))
                .addAllServices(services.stream().map(ServicePlace::name).toList());
        workload.identity().ifPresent(id -> told.setIdentity(id.toString()));
        for (WorkloadPlace.Port port : workload.ports()) {
            told.addPorts(ExportedPort.newBuilder()
                    .setName(port.name())
                    .setNumber(port.number())
                    .setProtocol(port.protocol()));
        }
        return told.build();
    }

    private static ExportedService service(ServicePlace service) {
        ExportedService.Builder told = ExportedService.newBuilder()
                .setNamespace(service.namespace())
                .setName(service.name())
                .addAllAddresses(texts(service.addresses()));
        for (ServicePlace.Port port : service.ports()) {
            ExportedServicePort.Builder exported =
                    ExportedServicePort.newBuilder().setNumber(port.number()).setProtocol(port.protocol());
            switch (port.target()) {
                case ServicePlace.Target.Fixed(int number) -> exported.setTargetPort(number);
                case ServicePlace.Target.Name(String name) -> exported.setTargetName(name);
            }
            told.addPorts(exported);
        }
        return told.build();
    }

    private static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }
}
