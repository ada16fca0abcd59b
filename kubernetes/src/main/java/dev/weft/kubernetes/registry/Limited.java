package dev.weft.kubernetes.registry;

import dev.weft.mesh.table.SortedTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A table with room for so many. What finds no room waits until there is some; what is in force keeps its place. Not safe for
 * use by several threads.
 */
final class Limited<K, V> {

    private final int most;
    private final int mostBytes;
    private final ToIntFunction<V> size;
    private final Map<K, V> waiting = new LinkedHashMap<>();
    private SortedTable<K, V> table;
    private int bytes;

    /**
     * @param table an empty one
     * @param most entries
     * @param mostBytes of all entries
     * @param size octets of one
     */
    Limited(SortedTable<K, V> table, int most, int mostBytes, ToIntFunction<V> size) {
        this.table = table;
        this.most = most;
        this.mostBytes = mostBytes;
        this.size = size;
    }

    SortedTable<K, V> table() {
        return table;
    }

    /** Whether there is room for it, in the place of what is there under the key. */
    boolean hasRoom(K key, V value) {
        Optional<V> former = table.find(key);
        int entries = table.size() - (former.isPresent() ? 1 : 0) + 1;
        int octets = bytes - former.map(size::applyAsInt).orElse(0) + size.applyAsInt(value);
        return entries <= most && octets <= mostBytes;
    }

    boolean waits(K key) {
        return waiting.containsKey(key);
    }

    /**
     * This is the value of a key now, if there is room.
     *
     * @return what waited and does not any more
     */
    List<K> put(K key, Optional<V> value) {
        waiting.remove(key);
        if (value.isPresent() && !hasRoom(key, value.get())) {
            waiting.put(key, value.get());
            return List.of();
        }
        replace(key, value);
        List<K> admitted = new ArrayList<>();
        waiting.forEach((other, waited) -> {
            if (hasRoom(other, waited)) {
                replace(other, Optional.of(waited));
                admitted.add(other);
            }
        });
        admitted.forEach(waiting::remove);
        return admitted;
    }

    private void replace(K key, Optional<V> value) {
        Optional<V> former = table.find(key);
        if (!former.equals(value)) {
            bytes += value.map(size::applyAsInt).orElse(0)
                    - former.map(size::applyAsInt).orElse(0);
            table = table.with(key, value);
        }
    }
}
