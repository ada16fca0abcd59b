package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.inject.MissingSidecar;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.table.SortedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The namespaces of the mesh. One whose annotations cannot be read keeps what it said before. Not thread-safe. */
final class NamespaceTable {

    private final InboundMode inbound;
    private SortedTable<String, Namespace> namespaces = SortedTable.empty();
    private final Map<String, Namespace> sound = new HashMap<>();
    /** Names of the namespaces that request injection. */
    private final Set<String> injected = new HashSet<>();

    /** @param inbound the mode of workloads where neither they nor their namespaces say it */
    NamespaceTable(InboundMode inbound) {
        this.inbound = inbound;
    }

    SortedTable<String, Namespace> all() {
        return namespaces;
    }

    boolean isInjected(String namespace) {
        return injected.contains(namespace);
    }

    /** Takes over what the API server reports; returns what is wrong with the namespace's annotations. */
    List<String> apply(String name, Optional<io.fabric8.kubernetes.api.model.Namespace> object) {
        Optional<NamespaceMapping.Mapped> mapped = object.map(each -> NamespaceMapping.map(each, inbound));
        boolean asks = object.map(each -> each.getMetadata().getLabels())
                .filter(MissingSidecar::asked)
                .isPresent();
        if (asks) {
            injected.add(name);
        } else {
            injected.remove(name);
        }
        Optional<Namespace> said = mapped.map(NamespaceMapping.Mapped::namespace);
        if (said.isEmpty()) {
            sound.remove(name);
        } else if (mapped.get().sound()) {
            sound.put(name, said.get());
        } else {
            said = Optional.of(sound.getOrDefault(name, said.get()));
        }
        namespaces = namespaces.with(name, said);
        return mapped.map(NamespaceMapping.Mapped::problems).orElse(List.of());
    }
}
