package dev.weft.control.compile;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Change;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which ports of workloads are declared to speak HTTP, by the Services of one snapshot. Immutable. */
record HttpDeclarations(SortedTable<String, NamespaceDeclarations> namespaces) {

    static final HttpDeclarations NONE = new HttpDeclarations(SortedTable.empty());

    /**
     * Returns the declarations of the next snapshot. Only namespaces with a Service that declares something else than
     * before are looked at.
     *
     * @param former the snapshot of these declarations
     * @param services the Services that differ
     * @param concerned the workloads that are compiled anew: those whose ports of HTTP differ are added
     */
    HttpDeclarations next(Snapshot former, Snapshot now, Change<ObjectName> services, Set<ObjectName> concerned) {
        Map<String, Set<HttpDeclaration>> changed = new HashMap<>();
        for (ObjectName name : services.all()) {
            Optional<HttpDeclaration> before = declaration(former, name);
            Optional<HttpDeclaration> present = declaration(now, name);
            if (!before.equals(present)) {
                Set<HttpDeclaration> ofNamespace = changed.computeIfAbsent(name.namespace(), _ -> new HashSet<>());
                before.ifPresent(ofNamespace::add);
                present.ifPresent(ofNamespace::add);
            }
        }
        SortedTable<String, NamespaceDeclarations> next = namespaces;
        for (Map.Entry<String, Set<HttpDeclaration>> change : changed.entrySet()) {
            String namespace = change.getKey();
            NamespaceDeclarations before = of(namespace);
            NamespaceDeclarations present = new NamespaceDeclarations(all(now, namespace));
            next = next.with(namespace, Optional.of(present).filter(one -> !one.isEmpty()));
            NamespaceDeclarations changes = new NamespaceDeclarations(change.getValue());
            for (Workload workload : NamespaceObjects.values(now.workloads(), namespace)) {
                if (workload.meshed()
                        && !concerned.contains(workload.name())
                        && changes.areAbout(workload)
                        && !before.httpPorts(workload).equals(present.httpPorts(workload))) {
                    concerned.add(workload.name());
                }
            }
        }
        return new HttpDeclarations(next);
    }

    private static Optional<HttpDeclaration> declaration(Snapshot objects, ObjectName service) {
        return Optional.ofNullable(objects.services().get(service)).flatMap(HttpDeclaration::of);
    }

    private static List<HttpDeclaration> all(Snapshot objects, String namespace) {
        return NamespaceObjects.<Service>values(objects.services(), namespace).stream()
                .flatMap(service -> HttpDeclaration.of(service).stream())
                .toList();
    }

    private NamespaceDeclarations of(String namespace) {
        return namespaces.find(namespace).orElse(NamespaceDeclarations.NONE);
    }

    /** Returns the ports of a workload on which HTTP is declared, in order. */
    List<Integer> httpPorts(Workload workload) {
        return of(workload.name().namespace()).httpPorts(workload);
    }
}
