package dev.weft.control.compile;

import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.mesh.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the Services of one namespace declare, by one label that each of them selects: a workload is compared with few
 * Services, however many there are. Never modified, so safe for use by many threads.
 */
final class NamespaceDeclarations {

    /** Most ports of one workload; more are left out. A sidecar accepts no more. */
    static final int MAX_PORTS = 4096;

    static final NamespaceDeclarations NONE = new NamespaceDeclarations(List.of());

    private final Map<Map.Entry<String, String>, List<HttpDeclaration>> byLabel = new HashMap<>();

    NamespaceDeclarations(Collection<HttpDeclaration> declarations) {
        Map<Map.Entry<String, String>, Integer> uses = new HashMap<>();
        for (HttpDeclaration declaration : declarations) {
            declaration.selector().forEach((label, value) -> uses.merge(Map.entry(label, value), 1, Integer::sum));
        }
        for (HttpDeclaration declaration : declarations) {
            // A label that all Services select would put all of them into one list.
            declaration.selector().entrySet().stream()
                    .map(label -> Map.entry(label.getKey(), label.getValue()))
                    .min(Comparator.comparing(uses::get))
                    .ifPresent(rarest -> byLabel.computeIfAbsent(rarest, _ -> new ArrayList<>(1))
                            .add(declaration));
        }
    }

    boolean isEmpty() {
        return byLabel.isEmpty();
    }

    /** Whether one of these Services selects the workload, which must be of the same namespace. */
    boolean areAbout(Workload workload) {
        return about(workload).findAny().isPresent();
    }

    private Stream<HttpDeclaration> about(Workload workload) {
        return workload.labels().entrySet().stream()
                .flatMap(label -> byLabel.getOrDefault(label, List.of()).stream())
                .filter(declaration -> declaration.selects(workload.labels()));
    }

    /**
     * Returns the ports on which the workload's sidecar reads requests, in order: HTTP is declared there by a Service,
     * and bytes by none; where no Service declares anything, the workload's own declaration counts. No connection to a
     * port that is reached without the sidecar is read.
     */
    List<Integer> httpPorts(Workload workload) {
        List<DirectoryWorkload.Port> declared = DirectoryEntries.ports(workload);
        Map<Integer, Boolean> http = new TreeMap<>();
        for (DirectoryWorkload.Port port : declared) {
            HttpDeclaration.isHttp(port.protocol()).ifPresent(is -> http.merge(port.number(), is, Boolean::logicalAnd));
        }
        Map<Integer, Boolean> ofServices = new HashMap<>();
        about(workload)
                .forEach(declaration -> declaration
                        .http()
                        .forEach((target, is) -> target.on(declared)
                                .ifPresent(port -> ofServices.merge(port.number(), is, Boolean::logicalAnd))));
        http.putAll(ofServices);
        return http.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .filter(port -> !workload.skipInboundPorts().contains(port))
                .limit(MAX_PORTS)
                .toList();
    }
}
