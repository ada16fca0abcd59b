package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the bytes that all sessions and tunnels of one event loop hold because their receivers do not take them, in
 * the queues of connections and streams. Each session and tunnel has its own limit; this is the limit of all together.
 * If they exceed it, the ones that hold most are broken off, beginning with the peer that holds most in total: a
 * receiver that reads must not pay for one that does not. Belongs to its event loop.
 */
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

    /**
     * Holders are broken off until one in this many parts of the room is free again, so that not every new byte breaks
     * off another.
     */
    private static final int FREED = 8;

    private final long most;
    private final Set<Holder> holders = new HashSet<>();
    private long total;
    private boolean breaking;

    /** The holders of one peer, the largest first. */
    private static final class Account {
        private final ArrayDeque<Part> greatestFirst;
        long held;

        private record Part(Holder holder, long held) {}

        Account(List<Holder> holders) {
            greatestFirst = holders.stream()
                    .map(holder -> new Part(holder, holder.noted()))
                    .sorted(Comparator.comparingLong(Part::held).reversed())
                    .collect(Collectors.toCollection(ArrayDeque::new));
            held = greatestFirst.stream().mapToLong(Part::held).sum();
        }

        /**
         * Returns the largest holder that still holds something; null if there is none. A tunnel that was broken off
         * has taken its sessions with it.
         */
        @Nullable
        Holder poll() {
            for (Part part = greatestFirst.poll(); part != null; part = greatestFirst.poll()) {
                held -= part.held();
                if (part.holder().noted() > 0) {
                    return part.holder();
                }
            }
            return null;
        }
    }

    /** @param most the most bytes that all holders may hold together */
    Holdings(long most) {
        this.most = most;
    }

    /** Notes how many bytes a holder holds now. */
    void note(Holder holder, long held) {
        count(holder, held);
        if (total > most && !breaking) {
            breaking = true; // a broken-off holder notes that it holds nothing
            try {
                countAgain();
                if (total > most) {
                    breakOff();
                }
            } finally {
                breaking = false;
            }
        }
    }

    long total() {
        return total;
    }

    private void count(Holder holder, long held) {
        long before = holder.noted();
        if (held == before) {
            return;
        }
        total += held - before;
        holder.setNoted(held);
        if (held == 0) {
            holders.remove(holder);
        } else if (before == 0) {
            holders.add(holder);
        }
    }

    /**
     * Reads the present amount of each holder: receivers take bytes without a note, so this is done only when the sum
     * matters.
     */
    private void countAgain() {
        for (Holder holder : List.copyOf(holders)) {
            count(holder, holder.held());
        }
    }

    private void breakOff() {
        Map<Optional<SpiffeId>, List<Holder>> byPeer = new HashMap<>();
        for (Holder holder : holders) {
            byPeer.computeIfAbsent(Optional.ofNullable(holder.peer()), _ -> new ArrayList<>())
                    .add(holder);
        }
        List<Account> accounts = new ArrayList<>();
        byPeer.values().forEach(all -> accounts.add(new Account(all)));
        int broken = 0;
        while (total > most - most / FREED && !accounts.isEmpty()) {
            Account greatest = accounts.stream()
                    .max(Comparator.comparingLong(account -> account.held))
                    .orElseThrow();
            Holder holder = greatest.poll();
            if (holder == null) {
                accounts.remove(greatest);
                continue;
            }
            broken++;
            holder.abort(Refusal.of(
                    Refusal.Code.MEMORY,
                    "sessions and tunnels held " + (total >> 20)
                            + " MiB that their receivers do not read, and this one held " + (holder.noted() >> 10)
                            + " KiB of it"));
            count(holder, 0);
        }
        LOG.atWarn()
                .addKeyValue("code", Refusal.Code.MEMORY.code())
                .addKeyValue("count", broken)
                .log("Broke off the sessions and tunnels that held most");
    }
}
