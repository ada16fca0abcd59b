package dev.weft.control.peering;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.ExportedPort;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedServicePort;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.mesh.model.Service;
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
    private final Set<String> leftOut = new HashSet<>();
    private int bytes;

    private Exporter() {}

    /**
     * What is exported.
     *
     * @param exports the exported workloads and Services
     * @param leftOut number of workloads and Services that are too large, or too many, to be exported
     */
    record Exported(Exports exports, int leftOut) {}

    static Exported of(Directory own) {
        Exporter exporter = new Exporter();
        Map<String, List<DirectoryService>> byNamespace =
                own.services().stream().collect(Collectors.groupingBy(DirectoryService::namespace));
        for (DirectoryWorkload workload : own.workloads()) {
            if (workload.identity().isPresent() && !workload.addresses().isEmpty()) {
                List<DirectoryService> before = byNamespace.getOrDefault(workload.namespace(), List.of()).stream()
                        .filter(service -> service.selects(workload))
                        .toList();
                before.forEach(exporter::add);
                exporter.put(
                        "workload ",
                        exporter.workloads,
                        workload.fullName(),
                        workload(workload, before),
                        ExportSteps.MAX_WORKLOADS);
            }
        }
        return new Exported(Exports.of(exporter.workloads, exporter.services), exporter.leftOut.size());
    }

    private void add(DirectoryService service) {
        if (!services.containsKey(service.fullName())) {
            put("Service ", services, service.fullName(), service(service), ExportSteps.MAX_SERVICES);
        }
    }

    private <T extends MessageLite> void put(String kind, SortedMap<String, T> table, String name, T item, int most) {
        int size = item.getSerializedSize();
        if (table.size() == most || size > ExportSteps.MAX_ITEM || bytes + size > ExportSteps.MAX_BYTES) {
            leftOut.add(kind + name);
            return;
        }
        bytes += size;
        table.put(name, item);
    }

    private static ExportedWorkload workload(DirectoryWorkload workload, List<DirectoryService> services) {
        ExportedWorkload.Builder message = ExportedWorkload.newBuilder()
                .setNamespace(workload.namespace())
                .setName(workload.name())
                .setReady(workload.ready())
                .addAllAddresses(texts(workload.addresses()))
                .addAllServices(services.stream().map(DirectoryService::name).toList());
        workload.identity().ifPresent(id -> message.setIdentity(id.toString()));
        for (DirectoryWorkload.Port port : workload.ports()) {
            message.addPorts(ExportedPort.newBuilder()
                    .setName(port.name())
                    .setNumber(port.number())
                    .setProtocol(port.protocol()));
        }
        return message.build();
    }

    private static ExportedService service(DirectoryService service) {
        ExportedService.Builder message = ExportedService.newBuilder()
                .setNamespace(service.namespace())
                .setName(service.name())
                .addAllAddresses(texts(service.addresses()));
        for (DirectoryService.Port port : service.ports()) {
            ExportedServicePort.Builder exported =
                    ExportedServicePort.newBuilder().setNumber(port.number()).setProtocol(port.protocol());
            switch (port.target()) {
                case Service.TargetPort.Numbered(int number) -> exported.setTargetPort(number);
                case Service.TargetPort.Named(String name) -> exported.setTargetName(name);
            }
            message.addPorts(exported);
        }
        return message.build();
    }

    private static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }
}
