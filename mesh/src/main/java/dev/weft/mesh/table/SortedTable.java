package dev.weft.mesh.table;

import static java.util.Objects.requireNonNull;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A sorted, immutable map: adding an entry returns another map.
 *
 * <p>The entries are in pieces of some dozens. A derived table shares all unchanged pieces with the table that it was
 * made from, so a change among a hundred thousand entries copies a few kilobytes. For the same reason the differences
 * between two tables are found quickly: shared pieces are skipped. Safe for use by many threads.
 */
public final class SortedTable<K, V> extends AbstractMap<K, V> {

    /** Number of entries in a piece of a new table; a piece of twice as many is split. */
    private static final int PIECE = 64;

    /** A piece with fewer entries than this is joined with its neighbour. */
    private static final int SMALL = PIECE / 4;

    /** Receives the differences between two tables. */
    @FunctionalInterface
    public interface Difference<K, V> {
        /**
         * Called for one key whose values differ.
         *
         * @param before value in the former table; null if it has none
         * @param now value in the present table; null if it has none
         */
        void differs(K key, @Nullable V before, @Nullable V now);
    }

    private final Comparator<? super K> order;
    private final List<Piece<K, V>> pieces;
    private final int size;

    private SortedTable(Comparator<? super K> order, List<Piece<K, V>> pieces, int size) {
        this.order = order;
        this.pieces = pieces;
        this.size = size;
    }

    /** Returns an empty table. */
    public static <K, V> SortedTable<K, V> empty(Comparator<? super K> order) {
        return new SortedTable<>(order, List.of(), 0);
    }

    /** Returns an empty table in the natural order of its keys. */
    public static <K extends Comparable<? super K>, V> SortedTable<K, V> empty() {
        return empty(Comparator.naturalOrder());
    }

    /**
     * Returns a table of all entries of a map, in the natural order of the keys; the map itself if it already is such a
     * table.
     */
    public static <K extends Comparable<? super K>, V> SortedTable<K, V> copyOf(Map<K, V> map) {
        return copyOf(map, Comparator.naturalOrder());
    }

    /** Returns a table of all entries of a map, in this order; the map itself if it is a table with the same order. */
    public static <K, V> SortedTable<K, V> copyOf(Map<K, V> map, Comparator<? super K> order) {
        if (map instanceof SortedTable<K, V> table && table.order.equals(order)) {
            return table;
        }
        List<Map.Entry<K, V>> entries = new ArrayList<>(map.entrySet());
        entries.sort(Map.Entry.comparingByKey(order));
        List<Piece<K, V>> pieces = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += PIECE) {
            List<Map.Entry<K, V>> some = entries.subList(from, Math.min(from + PIECE, entries.size()));
            List<K> keys = new ArrayList<>(some.size());
            List<V> values = new ArrayList<>(some.size());
            for (Map.Entry<K, V> entry : some) {
                keys.add(requireNonNull(entry.getKey(), "key"));
                values.add(requireNonNull(entry.getValue(), "value"));
            }
            pieces.add(new Piece<>(keys, values));
        }
        return new SortedTable<>(order, pieces, entries.size());
    }

    /** Returns a table with this value for the key. */
    public SortedTable<K, V> with(K key, V value) {
        requireNonNull(value, "value");
        if (pieces.isEmpty()) {
            return new SortedTable<>(order, List.of(new Piece<>(List.of(key), List.of(value))), 1);
        }
        int place = pieceOf(key);
        Piece<K, V> piece = pieces.get(place);
        int at = find(piece, key);
        List<K> keys = piece.keys();
        List<V> values = new ArrayList<>(piece.size() + 1);
        values.addAll(piece.values());
        if (at >= 0) {
            values.set(at, value);
            return replaced(place, 1, List.of(new Piece<>(keys, values)), size);
        }
        keys = new ArrayList<>(piece.size() + 1);
        keys.addAll(piece.keys());
        keys.add(-at - 1, key);
        values.add(-at - 1, value);
        Piece<K, V> larger = new Piece<>(keys, values);
        int half = larger.size() / 2;
        return replaced(
                place,
                1,
                larger.size() < 2 * PIECE
                        ? List.of(larger)
                        : List.of(larger.part(0, half), larger.part(half, larger.size())),
                size + 1);
    }

    /** Returns a table without the key. */
    public SortedTable<K, V> without(K key) {
        int place = pieceOf(key);
        int at = pieces.isEmpty() ? -1 : find(pieces.get(place), key);
        if (at < 0) {
            return this;
        }
        Piece<K, V> piece = pieces.get(place);
        Piece<K, V> smaller = piece.part(0, at).concat(piece.part(at + 1, piece.size()));
        if (smaller.size() == 0) {
            return replaced(place, 1, List.of(), size - 1);
        }
        if (smaller.size() < SMALL
                && place + 1 < pieces.size()
                && pieces.get(place + 1).size() < PIECE) {
            return replaced(place, 2, List.of(smaller.concat(pieces.get(place + 1))), size - 1);
        }
        return replaced(place, 1, List.of(smaller), size - 1);
    }

    /**
     * Returns a table with this value for the key, or without the key if the value is empty; this instance if that
     * changes nothing.
     */
    public SortedTable<K, V> with(K key, Optional<V> value) {
        if (find(key).equals(value)) {
            return this;
        }
        return value.isPresent() ? with(key, value.get()) : without(key);
    }

    private SortedTable<K, V> replaced(int place, int count, List<Piece<K, V>> others, int newSize) {
        List<Piece<K, V>> next = new ArrayList<>(pieces.size() + others.size());
        next.addAll(pieces.subList(0, place));
        next.addAll(others);
        next.addAll(pieces.subList(place + count, pieces.size()));
        return new SortedTable<>(order, next, newSize);
    }

    /** Returns the value of a key. */
    public Optional<V> find(K key) {
        int at = pieces.isEmpty() ? -1 : find(pieces.get(pieceOf(key)), key);
        return at < 0
                ? Optional.empty()
                : Optional.of(pieces.get(pieceOf(key)).values().get(at));
    }

    /** Returns the entries from a key on, in order. */
    public Iterator<Map.Entry<K, V>> from(K lowest) {
        if (pieces.isEmpty()) {
            return new Cursor<>(pieces, 0, 0);
        }
        int place = pieceOf(lowest);
        int at = find(pieces.get(place), lowest);
        return new Cursor<>(pieces, place, at < 0 ? -at - 1 : at);
    }

    /** Returns the values from a key on, in order, up to the first key that is not inside. */
    public Stream<V> range(K lowest, Predicate<? super K> inside) {
        Spliterator<Map.Entry<K, V>> entries = Spliterators.spliteratorUnknownSize(from(lowest), Spliterator.ORDERED);
        return StreamSupport.stream(entries, false)
                .takeWhile(entry -> inside.test(entry.getKey()))
                .map(Map.Entry::getValue);
    }

    @Override
    @SuppressWarnings("unchecked") // as in every sorted map, a key that cannot be compared throws
    public @Nullable V get(Object key) {
        return find((K) key).orElse(null);
    }

    @Override
    @SuppressWarnings("unchecked")
    public boolean containsKey(Object key) {
        return find((K) key).isPresent();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Cursor<>(pieces, 0, 0);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** Reports each key whose value is not the same object in both tables, which must have the same order. */
    @SuppressWarnings("ReferenceEquality") // a shared object did not change
    public void differences(SortedTable<K, V> former, Difference<K, V> difference) {
        Cursor<K, V> before = new Cursor<>(former.pieces, 0, 0);
        Cursor<K, V> now = new Cursor<>(pieces, 0, 0);
        while (before.hasNext() || now.hasNext()) {
            if (before.atStart() && now.atStart() && before.piece() == now.piece()) {
                before.skip();
                now.skip();
                continue;
            }
            int compared = !before.hasNext() ? 1 : !now.hasNext() ? -1 : order.compare(before.key(), now.key());
            if (compared < 0) {
                difference.differs(before.key(), before.value(), null);
                before.advance();
            } else if (compared > 0) {
                difference.differs(now.key(), null, now.value());
                now.advance();
            } else {
                if (before.value() != now.value()) {
                    difference.differs(now.key(), before.value(), now.value());
                }
                before.advance();
                now.advance();
            }
        }
    }

    /** Returns the index of the piece that has the key or would have it; 0 if there are no pieces. */
    private int pieceOf(K key) {
        int low = 0;
        int high = pieces.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (order.compare(pieces.get(middle).first(), key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int find(Piece<K, V> piece, K key) {
        return Collections.binarySearch(piece.keys(), key, order);
    }
}
