package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is refused now, by object. Not safe for use by several threads. */
final class Errors {

    /** Where objects are said, for all but pods, which have another kind in the mesh. */
    static final String PLACE = "kubernetes";

    /** Reasons that are kept of one object. */
    static final int MAX_REASONS = 10;
    /** Objects of which reasons are told; of more than that, only how many there are. */
    static final int MAX_OBJECTS = 1_000;

    private final Map<String, List<LoadError>> byObject = new TreeMap<>();
    private List<LoadError> all = List.of();
    private boolean stale;

    /** These are the problems of an object now; none of one that is sound or gone. */
    void set(Kind kind, ObjectName name, List<String> problems) {
        String shown = kind.shown(name);
        String key = kind.word() + " " + shown;
        if (problems.isEmpty()) {
            stale |= byObject.remove(key) != null;
            return;
        }
        List<LoadError> errors = problems.stream()
                .limit(MAX_REASONS)
                .map(reason -> new LoadError(new Source(kind.word(), shown, PLACE), reason))
                .toList();
        stale |= !errors.equals(byObject.put(key, errors));
    }

    List<LoadError> all() {
        if (stale) {
            List<LoadError> next = new ArrayList<>();
            byObject.values().stream().limit(MAX_OBJECTS).forEach(next::addAll);
            if (byObject.size() > MAX_OBJECTS) {
                next.add(new LoadError(
                        Source.of(PLACE), (byObject.size() - MAX_OBJECTS) + " other objects are not valid either"));
            }
            all = List.copyOf(next);
            stale = false;
        }
        return all;
    }
}
