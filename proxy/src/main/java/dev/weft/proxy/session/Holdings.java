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
 * The bytes that the sessions and tunnels of one event loop hold because their receivers do not take them: in the queues of
 * connections and of streams. What each may hold is bounded; here is the bound of all. Where they hold too much, those are broken
 * off that hold most, of the peer that holds most in all: who reads is not asked to pay for who does not. Belongs to its event loop.
 */
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

    /** Holders are broken off until an eighth of the room is free again, so that it is not done for each that comes. */
    private static final int FREED = 8;

    private final long most;
    private final Set<Holder> holders = new HashSet<>();
    private long total;
    private boolean breaking;

    /** What one peer's holders have, the greatest first. */
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

        /** The greatest that still holds something: a tunnel takes its sessions along. */
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

    /** @param most bytes */
    Holdings(long most) {
        this.most = most;
    }

    /** It holds so much now. */
    void note(Holder holder, long held) {
        count(holder, held);
        if (total > most && !breaking) {
            breaking = true; // what is broken off notes that it holds nothing
            countAgain();
            if (total > most) {
                breakOff();
            }
            breaking = false;
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

    /** What has been taken since is not told: it is looked at when it matters. */
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
                    "sessions and tunnels held " + (total >> 20) + " MiB that no one takes, and this one held "
                            + (holder.noted() >> 10) + " KiB of it"));
            count(holder, 0);
        }
        LOG.atWarn()
                .addKeyValue("code", Refusal.Code.MEMORY.code())
                .addKeyValue("count", broken)
                .log("Broke off the sessions and tunnels that held most");
    }
}
