package dev.weft.mesh.table;

import java.util.List;

/** A position in the entries of a table. */
final class Cursor<K, V> {
    private final List<Piece<K, V>> pieces;
    private int place;
    private int at;

    Cursor(List<Piece<K, V>> pieces) {
        this.pieces = pieces;
    }

    boolean hasEntry() {
        return place < pieces.size();
    }

    boolean atStart() {
        return hasEntry() && at == 0;
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

    void next() {
        if (++at == piece().size()) {
            skip();
        }
    }

    void skip() {
        place++;
        at = 0;
    }
}
