package dev.weft.mesh.registry;

import dev.weft.mesh.table.SortedTable;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which objects of one kind differ between two snapshots, by name.
 *
 * @param added those that were not there
 * @param changed those that say something else
 * @param removed those that are no longer there
 */
public record Change<K>(Set<K> added, Set<K> changed, Set<K> removed) {

    public Change {
        added = Collections.unmodifiableSet(added);
        changed = Collections.unmodifiableSet(changed);
        removed = Collections.unmodifiableSet(removed);
    }

    /** No object differs. */
    public static <K> Change<K> none() {
        return new Change<>(Set.of(), Set.of(), Set.of());
    }

    /** Whether no object differs. */
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /** All that were added, changed or removed, as a set of the caller's. */
    public Set<K> all() {
        Set<K> all = new LinkedHashSet<>(added);
        all.addAll(changed);
        all.addAll(removed);
        return all;
    }

    /**
     * What differs between two maps. Of tables of which one was made of the other, only what they do not share is looked at.
     *
     * @param order of both
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
