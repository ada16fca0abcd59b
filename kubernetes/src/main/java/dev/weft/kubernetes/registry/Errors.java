package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The problems of all objects that are refused now. Not safe for use by several threads. */
final class Errors {

    /** Place of all objects in error messages, except of pods, which have another kind in the mesh. */
    static final String PLACE = "kubernetes";

    /** Most problems that are kept of one object. */
    static final int MAX_REASONS = 10;
    /** Most objects whose problems are reported; the others are only counted. */
    static final int MAX_OBJECTS = 1_000;

    private final Map<String, List<LoadError>> byObject = new TreeMap<>();
    private List<LoadError> all = List.of();
    private boolean stale;

    /** Replaces the problems of an object; the list is empty for a valid or deleted object. */
    void set(WatchedKind kind, ObjectName name, List<String> problems) {
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
