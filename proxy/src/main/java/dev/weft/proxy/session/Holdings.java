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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes that the sessions of one event loop hold since their receivers do not take them: in the queues of connections and
 * of streams. What one session may hold is bounded, and so is what a tunnel brings; here is the bound of all. Where they hold
 * too much, sessions are broken off that hold most, of the peer whose sessions hold most together: who reads is not asked to pay
 * for who does not. Belongs to its event loop.
 */
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

    /** Sessions are broken off until an eighth of the room is free again, so that it is not done for each that comes. */
    private static final int FREED = 8;

    private final long most;
    private final Set<Holder> holders = new HashSet<>();
    private long total;
    private boolean breaking;

    /** One peer's sessions that hold something, the greatest first. */
    private static final class Account {
        final ArrayDeque<Holder> greatestFirst;
        long held;

        Account(List<Holder> all) {
            all.sort(Comparator.comparingLong(Holder::noted).reversed());
            greatestFirst = new ArrayDeque<>(all);
            held = all.stream().mapToLong(Holder::noted).sum();
        }
    }

    /** @param most bytes */
    Holdings(long most) {
        this.most = most;
    }

    /** A holder holds so much now. */
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
            byPeer.computeIfAbsent(Optional.ofNullable(holder.session().peerIdentity()), _ -> new ArrayList<>())
                    .add(holder);
        }
        List<Account> accounts = new ArrayList<>();
        byPeer.values().forEach(holders -> accounts.add(new Account(holders)));
        int broken = 0;
        while (total > most - most / FREED && !accounts.isEmpty()) {
            Account greatest = accounts.stream()
                    .max(Comparator.comparingLong(account -> account.held))
                    .orElseThrow();
            Holder holder = greatest.greatestFirst.poll();
            if (holder == null) {
                accounts.remove(greatest);
                continue;
            }
            greatest.held -= holder.noted();
            broken++;
            holder.abort(Refusal.of(
                    Refusal.Code.MEMORY,
                    "sessions held " + (total >> 20) + " MiB that nobody takes, and this one held "
                            + (holder.noted() >> 10) + " KiB of it"));
            count(holder, 0);
        }
        LOG.atWarn()
                .addKeyValue("code", Refusal.Code.MEMORY.code())
                .addKeyValue("sessions", broken)
                .log("Broke off the sessions that held most");
    }
}
