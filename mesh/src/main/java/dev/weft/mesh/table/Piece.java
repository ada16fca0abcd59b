package dev.weft.mesh.table;

import java.util.ArrayList;
import java.util.List;

/** A sorted run of entries; never changed after its creation. */
record Piece<K, V>(List<K> keys, List<V> values) {

    int size() {
        return keys.size();
    }

    K first() {
        return keys.getFirst();
    }

    Piece<K, V> part(int from, int to) {
        return new Piece<>(copy(keys.subList(from, to)), copy(values.subList(from, to)));
    }

    Piece<K, V> concat(Piece<K, V> other) {
        List<K> bothKeys = new ArrayList<>(size() + other.size());
        bothKeys.addAll(keys);
        bothKeys.addAll(other.keys);
        List<V> bothValues = new ArrayList<>(size() + other.size());
        bothValues.addAll(values);
        bothValues.addAll(other.values);
        return new Piece<>(bothKeys, bothValues);
    }

    private static <T> List<T> copy(List<T> some) {
        return new ArrayList<>(some);
    }
}
