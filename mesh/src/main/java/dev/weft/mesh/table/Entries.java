package dev.weft.mesh.table;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** The entries of pieces, from one of them on. */
final class Entries<K, V> implements Iterator<Map.Entry<K, V>> {
    private final List<Piece<K, V>> pieces;
    private int place;
    private int at;

    /**
     * @param place index of the first entry's piece
     * @param at index of the first entry in that piece; may be the number of its entries
     */
    Entries(List<Piece<K, V>> pieces, int place, int at) {
        this.pieces = pieces;
        this.place = place;
        this.at = at;
    }

    @Override
    public boolean hasNext() {
        if (place < pieces.size() && at == pieces.get(place).size()) {
            place++;
            at = 0;
        }
        return place < pieces.size();
    }

    @Override
    public Map.Entry<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Piece<K, V> piece = pieces.get(place);
        return Map.entry(piece.keys().get(at), piece.values().get(at++));
    }
}
