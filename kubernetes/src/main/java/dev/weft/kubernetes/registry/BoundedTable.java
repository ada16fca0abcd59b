package dev.weft.kubernetes.registry;

import dev.weft.mesh.table.SortedTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A table with room for a limited number of entries. An entry that finds no room waits for it; entries in the table
 * keep their place. Not safe for use by several threads.
 */
final class BoundedTable<K, V> {

    private final int most;
    private final int mostBytes;
    private final ToIntFunction<V> size;
    private final Map<K, V> waiting = new LinkedHashMap<>();
    private SortedTable<K, V> table;
    private int bytes;

    /**
     * @param table an empty table
     * @param most most entries
     * @param mostBytes most octets of all entries together
     * @param size returns the octets of one value
     */
    BoundedTable(SortedTable<K, V> table, int most, int mostBytes, ToIntFunction<V> size) {
        this.table = table;
        this.most = most;
        this.mostBytes = mostBytes;
        this.size = size;
    }

    SortedTable<K, V> table() {
        return table;
    }

    /** Whether there is room for the value, in place of the key's present value. */
    boolean hasRoom(K key, V value) {
        Optional<V> former = table.find(key);
        int entries = table.size() - (former.isPresent() ? 1 : 0) + 1;
        int octets = bytes - former.map(size::applyAsInt).orElse(0) + size.applyAsInt(value);
        return entries <= most && octets <= mostBytes;
    }

    boolean waits(K key) {
        return waiting.containsKey(key);
    }

    /** Sets or removes a value; one without room waits. Returns the keys that waited and have room now. */
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
