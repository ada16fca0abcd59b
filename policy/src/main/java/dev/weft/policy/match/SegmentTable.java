package dev.weft.policy.match;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hash table from path segments to nodes. A lookup takes a range of the path, so no string is created. Immutable. */
final class SegmentTable {

    private static final int FACTOR = 31;
    /** Least number of slots for each entry. */
    private static final int ROOM = 2;

    private final String[] keys;
    private final @Nullable PathTrie[] values;
    private final int mask;

    SegmentTable(Map<String, PathTrie> entries) {
        int size = Integer.highestOneBit(Math.max(1, entries.size()) * ROOM) << 1;
        keys = new String[size];
        values = new PathTrie[size];
        mask = size - 1;
        Arrays.fill(keys, "");
        entries.forEach((segment, node) -> {
            int slot = spread(segment.hashCode()) & mask;
            while (values[slot] != null) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = segment;
            values[slot] = node;
        });
    }

    /** Returns the node of the segment between two indexes of the path; null if there is none. */
    @Nullable
    PathTrie get(String path, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = FACTOR * hash + path.charAt(i);
        }
        int slot = spread(hash) & mask;
        PathTrie node = values[slot];
        while (node != null) {
            String key = keys[slot];
            if (key.length() == end - start && path.startsWith(key, start)) {
                return node;
            }
            slot = (slot + 1) & mask;
            node = values[slot];
        }
        return null;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }
}
