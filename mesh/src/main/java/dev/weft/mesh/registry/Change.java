package dev.weft.mesh.registry;

import dev.weft.mesh.table.SortedTable;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The objects of one kind that differ between two snapshots, by name.
 *
 * @param added objects that only the newer snapshot has
 * @param changed objects that both snapshots have with different content
 * @param removed objects that only the older snapshot has
 */
public record Change<K>(Set<K> added, Set<K> changed, Set<K> removed) {

    public Change {
        added = Collections.unmodifiableSet(added);
        changed = Collections.unmodifiableSet(changed);
        removed = Collections.unmodifiableSet(removed);
    }

    /** Whether no object differs. */
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /** Returns a new set of all objects that were added, changed or removed. */
    public Set<K> all() {
        Set<K> all = new LinkedHashSet<>(added);
        all.addAll(changed);
        all.addAll(removed);
        return all;
    }

    /**
     * Compares two maps. If one table was derived from the other, only the parts that they do not share are compared.
     *
     * @param order key order of both maps
     */
    static <K, V> Change<K> between(Map<K, V> before, Map<K, V> now, Comparator<? super K> order) {
        Set<K> added = new LinkedHashSet<>();
        Set<K> changed = new LinkedHashSet<>();
        Set<K> removed = new LinkedHashSet<>();
        SortedTable.copyOf(now, order).differences(SortedTable.copyOf(before, order), (key, former, present) -> {
            if (former == null) {
                added.add(key);
            } else if (present == null) {
                removed.add(key);
            } else if (!former.equals(present)) {
                changed.add(key);
            }
        });
        return new Change<>(added, changed, removed);
    }
}
