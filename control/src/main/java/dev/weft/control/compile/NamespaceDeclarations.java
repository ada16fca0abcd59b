package dev.weft.control.compile;

import dev.weft.mesh.model.Labels;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.select.PortProtocols;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the Services of one namespace declare, by one label that each of them selects: a workload is compared with few
 * Services, however many there are. Never modified, so safe for use by many threads.
 */
final class NamespaceDeclarations {

    /** Most ports of one workload; more are left out. A sidecar accepts no more. */
    static final int MAX_PORTS = 4096;

    /**
     * Most ports of Services that are compared for one workload; those of further Services do not count. Otherwise the
     * owner of one namespace could keep the compiler busy for everybody.
     */
    static final int MAX_TARGETS = 2 * HttpDeclaration.MAX_TARGETS;

    static final NamespaceDeclarations NONE = new NamespaceDeclarations(List.of());

    private final Map<Map.Entry<String, String>, List<HttpDeclaration>> byLabel = new HashMap<>();

    /** @param ofServices in the order of the names of the Services */
    NamespaceDeclarations(Collection<HttpDeclaration> ofServices) {
        Map<Map<String, String>, HttpDeclaration> bySelector = new HashMap<>();
        ofServices.forEach(each -> bySelector.merge(each.selector(), each, HttpDeclaration::and));
        Collection<HttpDeclaration> declarations = bySelector.values();
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
                .filter(declaration -> Labels.haveAll(workload.labels(), declaration.selector()));
    }

    /** Returns the declarations about the workload by the names of their Services, as far as they count. */
    private List<HttpDeclaration> counted(Workload workload) {
        List<HttpDeclaration> counted = new ArrayList<>();
        int left = MAX_TARGETS;
        for (HttpDeclaration declaration : about(workload)
                .sorted(Comparator.comparing(HttpDeclaration::service))
                .toList()) {
            left -= declaration.http().size();
            if (left < 0) {
                break;
            }
            counted.add(declaration);
        }
        return counted;
    }

    /**
     * Returns the ports on which the workload's sidecar reads requests, in order: HTTP is declared there by a Service,
     * and bytes by none; where no Service declares anything, the workload's own declaration counts. No connection to a
     * port that is reached without the sidecar is read.
     */
    List<Integer> httpPorts(Workload workload) {
        Map<String, Integer> named = workload.portsByName();
        Map<Integer, Boolean> http = new TreeMap<>();
        for (Workload.Port port : workload.ports()) {
            HttpDeclaration.isHttp(PortProtocols.at(port.appProtocol(), port.name()))
                    .ifPresent(is -> http.merge(port.port(), is, Boolean::logicalAnd));
        }
        Map<Integer, Boolean> ofServices = new HashMap<>();
        for (HttpDeclaration declaration : counted(workload)) {
            declaration.http().forEach((target, is) -> {
                Optional<Integer> number = target.on(Optional::of, name -> Optional.ofNullable(named.get(name)));
                number.ifPresent(port -> ofServices.merge(port, is, Boolean::logicalAnd));
            });
        }
        http.putAll(ofServices);
        return http.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .filter(port -> !workload.skipInboundPorts().contains(port))
                .limit(MAX_PORTS)
                .toList();
    }
}
