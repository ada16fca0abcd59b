package dev.weft.mesh.registry;

import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** All that were added, changed or removed. */
    public Set<K> all() {
        Set<K> all = new LinkedHashSet<>(added);
        all.addAll(changed);
        all.addAll(removed);
        return all;
    }

    /** What differs between two maps. An object that is the very same in both is not looked into. */
    static <K, V> Change<K> between(Map<K, V> before, Map<K, V> now) {
        Set<K> added = new LinkedHashSet<>();
        Set<K> changed = new LinkedHashSet<>();
        Set<K> removed = new LinkedHashSet<>();
        now.forEach((name, object) -> {
            V former = before.get(name);
            if (former == null) {
                added.add(name);
            } else if (!Objects.equals(former, object)) {
                changed.add(name);
            }
        });
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(removed::add);
        return new Change<>(added, changed, removed);
    }

    /**
     * What differs between two maps in the same order: they are gone through side by side, as to look up each of thousands
     * takes milliseconds.
     */
    static <K, V> Change<K> between(Map<K, V> before, Map<K, V> now, Comparator<? super K> order) {
        Set<K> added = new LinkedHashSet<>();
        Set<K> changed = new LinkedHashSet<>();
        Set<K> removed = new LinkedHashSet<>();
        Iterator<Map.Entry<K, V>> earlier = before.entrySet().iterator();
        Iterator<Map.Entry<K, V>> later = now.entrySet().iterator();
        Map.@Nullable Entry<K, V> former = next(earlier);
        Map.@Nullable Entry<K, V> present = next(later);
        while (former != null) {
            if (present == null || order.compare(former.getKey(), present.getKey()) < 0) {
                removed.add(former.getKey());
                former = next(earlier);
            } else if (order.compare(former.getKey(), present.getKey()) > 0) {
                added.add(present.getKey());
                present = next(later);
            } else {
                if (!Objects.equals(former.getValue(), present.getValue())) {
                    changed.add(present.getKey());
                }
                former = next(earlier);
                present = next(later);
            }
        }
        while (present != null) {
            added.add(present.getKey());
            present = next(later);
        }
        return new Change<>(added, changed, removed);
    }

    private static <T> @Nullable T next(Iterator<T> iterator) {
        return iterator.hasNext() ? iterator.next() : null;
    }
}
