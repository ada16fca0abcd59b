package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Which certificate was asked for by which. A revocation is meant for the key, and the key's holder may have renewed: so all
 * that came of it is revoked with it. What is kept of a certificate is kept before it is handed out, in a file of this control
 * plane alone or in a store that several share. Safe for use by several threads.
 */
public final class Descents implements AutoCloseable {

    /** A certificate's descent is known for so long after its end. */
    public static final Duration KEPT = Duration.ofDays(7);

    /** Most certificates of one identity. Ended ones make room; where none has ended, nothing more is issued to it. */
    static final int MAX_OF_AN_IDENTITY = 20_000;

    /** Forgotten entries that are still kept, before the file is written again. */
    private static final int MAX_DEAD = 50_000;

    private final DescentLog log;
    private final Clock clock;
    /** By serial number, in the order in which they came. */
    private final Map<SpiffeId, SequencedMap<BigInteger, Descent>> byIdentity = new HashMap<>(); // guarded by this

    private long dead; // guarded by this
    private long appended; // guarded by this

    private Set<SerialNumber> revoked = Set.of(); // guarded by this
    private volatile Runnable revokedMore = () -> {};

    /** What became of an entry. */
    public enum Entry {
        /** Kept: the certificate may be handed out. */
        KEPT,
        /** The certificate that it was asked for by is revoked meanwhile. */
        REVOKED,
        /** The identity has too many that have not ended. */
        TOO_MANY
    }

    /**
     * Descents in a file, of this control plane alone.
     *
     * @throws StateException if it is damaged or missing: what is revoked by it would be trusted again
     */
    public Descents(Path file, Clock clock) throws IOException {
        this(new AppendedDescents(file), clock);
    }

    /**
     * Descents in a store that several control planes share.
     *
     * @throws StateException if some are damaged: what is revoked by them would be trusted again
     */
    public Descents(Store store, Clock clock) throws IOException {
        this(new StoredDescents(store, clock), clock);
    }

    Descents(DescentLog log, Clock clock) throws IOException {
        this.log = requireNonNull(log, "log");
        this.clock = requireNonNull(clock, "clock");
        synchronized (this) {
            log.read(this::remember);
        }
        log.follow(new Others());
    }

    /** Has the listener called when a certificate of another control plane turns out to have come of one that is revoked. */
    public void onMoreRevoked(Runnable listener) {
        revokedMore = listener;
    }

    /**
     * A certificate was signed for the holder of another one. It may be handed out after {@link #settle}.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
     */
    public synchronized Entry record(SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends) {
        if (revoked.contains(new SerialNumber(by))) {
            return Entry.REVOKED;
        }
        if (!hasRoom(id)) {
            return Entry.TOO_MANY;
        }
        Descent descent = new Descent(id, serialNumber, by, ends);
        try {
            appended = log.append(descent);
        } catch (IOException e) {
            throw unwritten(e);
        }
        remember(descent);
        return Entry.KEPT;
    }

    /**
     * Waits until all that was recorded is kept. Takes as long as a write does, and a second more where writes are gathered: not
     * to be called while others wait for the caller.
     *
     * @throws UncheckedIOException if it cannot be written down; then what was recorded must not be handed out
     */
    public void settle() {
        long mark;
        synchronized (this) {
            mark = appended;
        }
        try {
            log.settle(mark);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /** {@link #record}, and {@link #settle} if it is kept. */
    public Entry issued(SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends) {
        Entry entry = record(id, serialNumber, by, ends);
        if (entry == Entry.KEPT) {
            settle();
        }
        return entry;
    }

    private static UncheckedIOException unwritten(IOException e) {
        return new UncheckedIOException("descents of certificates cannot be written: " + e.getMessage(), e);
    }

    /**
     * What is revoked with these: they, and all that came of them. Nothing comes of any of them from now on, until this is
     * said of others.
     */
    public synchronized Set<SerialNumber> revoke(Set<SerialNumber> named) {
        Set<SerialNumber> all = new HashSet<>(named);
        if (!named.isEmpty()) {
            byIdentity.values().forEach(descents -> addDescendants(descents.values(), all));
        }
        revoked = Set.copyOf(all);
        return all;
    }

    private static void addDescendants(Iterable<Descent> descents, Set<SerialNumber> of) {
        Map<BigInteger, Deque<BigInteger>> children = new HashMap<>();
        for (Descent descent : descents) {
            children.computeIfAbsent(descent.by(), _ -> new ArrayDeque<>()).add(descent.serialNumber());
        }
        Deque<BigInteger> due = new ArrayDeque<>();
        children.keySet().stream()
                .filter(serial -> of.contains(new SerialNumber(serial)))
                .forEach(due::add);
        while (!due.isEmpty()) {
            Deque<BigInteger> next = children.remove(due.pop());
            if (next != null) {
                next.forEach(child -> of.add(new SerialNumber(child)));
                due.addAll(next);
            }
        }
    }

    /** Forgets those that ended {@link #KEPT} ago, and makes room where they are kept. */
    public void prune() {
        prune(true);
    }

    /**
     * Forgets those that ended {@link #KEPT} ago.
     *
     * @param tidy whether room is made where they are kept, which one of those that share it does
     */
    public void prune(boolean tidy) {
        try {
            synchronized (this) {
                forgetEnded(clock.instant().minus(KEPT));
                if (dead > MAX_DEAD) {
                    log.replace(byIdentity.values().stream()
                            .flatMap(descents -> descents.values().stream())
                            .toList());
                    dead = 0;
                }
            }
            if (tidy) {
                log.tidy();
            }
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private void forgetEnded(Instant limit) {
        byIdentity.values().forEach(descents -> {
            while (!descents.isEmpty() && oldest(descents).ends().isBefore(limit)) {
                forgetOldest(descents);
            }
        });
        byIdentity.values().removeIf(Map::isEmpty);
    }

    /** How many are known. */
    public synchronized int size() {
        return byIdentity.values().stream().mapToInt(Map::size).sum();
    }

    private boolean hasRoom(SpiffeId id) {
        SequencedMap<BigInteger, Descent> descents = byIdentity.get(id);
        if (descents == null || descents.size() < MAX_OF_AN_IDENTITY) {
            return true;
        }
        if (!oldest(descents).ends().isBefore(clock.instant())) {
            return false;
        }
        forgetOldest(descents);
        return true;
    }

    private static Descent oldest(SequencedMap<BigInteger, Descent> descents) {
        return descents.firstEntry().getValue();
    }

    private void forgetOldest(SequencedMap<BigInteger, Descent> descents) {
        Iterator<Descent> all = descents.values().iterator();
        all.next();
        all.remove();
        dead++;
    }

    private synchronized boolean remember(Descent descent) {
        return byIdentity
                        .computeIfAbsent(descent.id(), _ -> new LinkedHashMap<>())
                        .putIfAbsent(descent.serialNumber(), descent)
                == null;
    }

    /** What other control planes write. */
    private final class Others implements DescentLog.Keeper {

        @Override
        public void learned(List<Descent> descents) {
            boolean more = false;
            synchronized (Descents.this) {
                for (Descent descent : descents) {
                    more |= remember(descent) && revoked.contains(new SerialNumber(descent.by()));
                }
            }
            if (more) {
                revokedMore.run();
            }
        }

        @Override
        public void forgotten(List<Descent> descents) {
            synchronized (Descents.this) {
                for (Descent descent : descents) {
                    byIdentity
                            .getOrDefault(descent.id(), new LinkedHashMap<>())
                            .remove(descent.serialNumber(), descent);
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }
}
