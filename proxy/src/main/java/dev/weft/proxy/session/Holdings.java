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
    private final Set<Relay> holders = new HashSet<>();
    private long total;
    private boolean breaking;

    /** One peer's sessions that hold something, the greatest first. */
    private static final class Account {
        final ArrayDeque<Relay> greatestFirst;
        long held;

        Account(List<Relay> relays) {
            relays.sort(Comparator.comparingLong(Relay::noted).reversed());
            greatestFirst = new ArrayDeque<>(relays);
            held = relays.stream().mapToLong(Relay::noted).sum();
        }
    }

    /** @param most bytes */
    Holdings(long most) {
        this.most = most;
    }

    /** A relay holds so much now. */
    void note(Relay relay, long held) {
        count(relay, held);
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

    private void count(Relay relay, long held) {
        long before = relay.noted();
        if (held == before) {
            return;
        }
        total += held - before;
        relay.setNoted(held);
        if (held == 0) {
            holders.remove(relay);
        } else if (before == 0) {
            holders.add(relay);
        }
    }

    /** What has been taken since is not told: it is looked at when it matters. */
    private void countAgain() {
        for (Relay relay : List.copyOf(holders)) {
            count(relay, relay.held());
        }
    }

    private void breakOff() {
        Map<Optional<SpiffeId>, List<Relay>> byPeer = new HashMap<>();
        for (Relay relay : holders) {
            byPeer.computeIfAbsent(Optional.ofNullable(relay.session().peerIdentity()), _ -> new ArrayList<>())
                    .add(relay);
        }
        List<Account> accounts = new ArrayList<>();
        byPeer.values().forEach(relays -> accounts.add(new Account(relays)));
        int broken = 0;
        while (total > most - most / FREED && !accounts.isEmpty()) {
            Account greatest = accounts.stream()
                    .max(Comparator.comparingLong(account -> account.held))
                    .orElseThrow();
            Relay relay = greatest.greatestFirst.poll();
            if (relay == null) {
                accounts.remove(greatest);
                continue;
            }
            greatest.held -= relay.noted();
            broken++;
            relay.abort(Refusal.of(
                    Refusal.Code.MEMORY,
                    "sessions held " + (total >> 20) + " MiB that nobody takes, and this one held "
                            + (relay.noted() >> 10) + " KiB of it"));
            count(relay, 0);
        }
        LOG.atWarn()
                .addKeyValue("code", Refusal.Code.MEMORY.code())
                .addKeyValue("sessions", broken)
                .log("Broke off the sessions that held most");
    }
}
