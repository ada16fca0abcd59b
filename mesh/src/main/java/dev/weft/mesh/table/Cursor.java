package dev.weft.mesh.table;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** A position in the entries of a table, which also iterates over those from there on. */
final class Cursor<K, V> implements Iterator<Map.Entry<K, V>> {
    private final List<Piece<K, V>> pieces;
    private int place;
    private int at;

    /**
     * @param place index of the first entry's piece
     * @param at index of the first entry in that piece; may be the number of its entries
     */
    Cursor(List<Piece<K, V>> pieces, int place, int at) {
        this.pieces = pieces;
        this.place = place;
        this.at = at;
        if (hasNext() && at == piece().size()) {
            skip();
        }
    }

    @Override
    public boolean hasNext() {
        return place < pieces.size();
    }

    @Override
    public Map.Entry<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map.Entry<K, V> entry = Map.entry(key(), value());
        advance();
        return entry;
    }

    boolean atStart() {
        return hasNext() && at == 0;
    }

    Piece<K, V> piece() {
        return pieces.get(place);
    }

    K key() {
        return piece().keys().get(at);
    }

    V value() {
        return piece().values().get(at);
    }

    void advance() {
        if (++at == piece().size()) {
            skip();
        }
    }

    /** Moves to the beginning of the next piece. */
    void skip() {
        place++;
        at = 0;
    }
}
