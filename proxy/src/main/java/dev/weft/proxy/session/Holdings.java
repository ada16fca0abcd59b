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
    /** The account of each holder, while some are broken off. */
    private Map<Holder, Account> accounts = Map.of();

    private long total;
    private boolean breaking;

    /** The holders of one peer. */
    private static final class Account {
        private final ArrayDeque<Holder> greatestFirst;
        /** What they hold now: a tunnel that is broken off takes its sessions with it. */
        long held;

        Account(List<Holder> holders) {
            greatestFirst = new ArrayDeque<>(holders.stream()
                    .sorted(Comparator.comparingLong(Holder::noted).reversed())
                    .toList());
            held = holders.stream().mapToLong(Holder::noted).sum();
        }

        /** Returns the largest holder that still holds something; null if there is none. */
        @Nullable
        Holder poll() {
            Holder next = greatestFirst.poll();
            while (next != null && next.noted() == 0) {
                next = greatestFirst.poll();
            }
            return next;
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
                accounts = Map.of();
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
        Account account = accounts.get(holder);
        if (account != null) {
            account.held += held - before;
        }
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
        accounts = new HashMap<>();
        List<Account> left = new ArrayList<>();
        for (List<Holder> all : byPeer.values()) {
            Account account = new Account(all);
            left.add(account);
            all.forEach(holder -> accounts.put(holder, account));
        }
        int broken = 0;
        while (total > most - most / FREED && !left.isEmpty()) {
            Account greatest = left.stream()
                    .max(Comparator.comparingLong(account -> account.held))
                    .orElseThrow();
            Holder holder = greatest.poll();
            if (holder == null) {
                left.remove(greatest);
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
