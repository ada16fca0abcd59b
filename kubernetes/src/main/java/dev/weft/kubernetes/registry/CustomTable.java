package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The objects of one kind, with the last valid state of each. Not safe for use by several threads. */
final class CustomTable<V> {

    /** The state in force for an object, if there is one, and why it is not what the object says. */
    record InForce<V>(Optional<V> value, List<String> problems) {}

    private final Function<Snapshot, Map<?, V>> part;
    private final Function<GenericKubernetesResource, Optional<V>> closed;
    private final Map<ObjectName, V> valid = new HashMap<>();

    /**
     * @param part returns the objects of this kind in a snapshot
     * @param closed returns what is in force in place of an object that was never valid
     */
    CustomTable(Function<Snapshot, Map<?, V>> part, Function<GenericKubernetesResource, Optional<V>> closed) {
        this.part = part;
        this.closed = closed;
    }

    /** Takes an object that was added or changed, or null if it was deleted. */
    InForce<V> apply(ObjectName name, @Nullable GenericKubernetesResource object) {
        if (object == null) {
            valid.remove(name);
            return new InForce<>(Optional.empty(), List.of());
        }
        CustomReader.Read read = CustomReader.read(object);
        Optional<V> said =
                read.isValid() ? part.apply(read.objects()).values().stream().findFirst() : Optional.empty();
        if (said.isPresent()) {
            valid.put(name, said.get());
            return new InForce<>(said, List.of());
        }
        List<String> problems = read.isValid() ? List.of("it says nothing") : read.problems();
        V former = valid.get(name);
        return new InForce<>(former == null ? closed.apply(object) : Optional.of(former), problems);
    }
}
