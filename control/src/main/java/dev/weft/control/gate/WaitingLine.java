package dev.weft.control.gate;

import dev.weft.daemon.listen.Network;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The connections that wait to be admitted. Networks take turns, so that many connections from one do not delay the
 * others. Guarded by the census.
 */
final class WaitingLine {

    interface Entrant {

        Network network();

        /** Called when it is this connection's turn; the connection is counted already. */
        void enter();

        /** Called when the line is dissolved; the connection is not admitted. */
        void leave();
    }

    private final SequencedMap<Network, ArrayDeque<Entrant>> waiting = new LinkedHashMap<>();
    private int size;

    void add(Entrant entrant) {
        waiting.computeIfAbsent(entrant.network(), _ -> new ArrayDeque<>()).add(entrant);
        size++;
    }

    int size() {
        return size;
    }

    int of(Network network) {
        ArrayDeque<Entrant> own = waiting.get(network);
        return own == null ? 0 : own.size();
    }

    Optional<Entrant> next() {
        Map.Entry<Network, ArrayDeque<Entrant>> first = waiting.pollFirstEntry();
        if (first == null) {
            return Optional.empty();
        }
        ArrayDeque<Entrant> own = first.getValue();
        Entrant entrant = own.remove();
        if (!own.isEmpty()) {
            waiting.put(first.getKey(), own); // behind the other networks
        }
        size--;
        return Optional.of(entrant);
    }

    List<Entrant> clear() {
        List<Entrant> all = new ArrayList<>();
        waiting.values().forEach(all::addAll);
        waiting.clear();
        size = 0;
        return all;
    }
}
