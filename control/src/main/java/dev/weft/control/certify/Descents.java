package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.certify.DescentFile.DiskSync;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Records which certificate was requested with which. A revocation is meant for the key, and the key's holder may have
 * renewed: so all certificates that descend from a revoked one are revoked with it. A descent is stored before its
 * certificate is handed out: in a file of this control plane alone, or in a store that several share. Safe for use by
 * several threads.
 */
public final class Descents implements AutoCloseable {

    /** How long a certificate's descent is remembered after the certificate's end. */
    public static final Duration KEPT = Duration.ofDays(7);

    /** Most certificates of one identity. Ended ones make room; if none has ended, the identity gets no more. */
    static final int MAX_OF_AN_IDENTITY = 20_000;

    /** Most forgotten descents left in the file before it is written again. */
    private static final int MAX_DEAD = 50_000;

    private final DescentLog log;
    private final Clock clock;
    /** The descents of each identity by serial number, in order of arrival. */
    @GuardedBy("this")
    private final Map<SpiffeId, SequencedMap<BigInteger, Descent>> byIdentity = new HashMap<>();
    /** The recorded descents that may not be stored yet, by their marks. */
    @GuardedBy("this")
    private final Map<Long, Descent> unstored = new HashMap<>();

    @GuardedBy("this")
    private long dead;

    @GuardedBy("this")
    private Set<SerialNumber> revoked = Set.of();

    private volatile Runnable revokedMore = () -> {};

    /**
     * Reads the descents in a file that only this control plane writes.
     *
     * @throws StateException if the file is damaged or missing: certificates that are revoked because of it would be
     *     trusted again
     */
    public Descents(Path file, Clock clock) throws IOException {
        this(new AppendedDescents(file, DiskSync.KERNEL), clock);
    }

    /**
     * Reads the descents in a store that several control planes share.
     *
     * @throws StateException if some are damaged: certificates that are revoked because of them would be trusted again
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
        log.follow(this::changed);
    }

    /** Sets the listener for certificates of other control planes that turn out to descend from a revoked one. */
    public void onMoreRevoked(Runnable listener) {
        revokedMore = listener;
    }

    /**
     * Records that a certificate was signed for the holder of another one. It may be handed out after
     * {@link #awaitStored}.
     *
     * @param most most certificates of the identity that have not ended
     * @return the argument of {@link #awaitStored}
     * @throws NotIssuedException if the other one has been revoked, or the identity has too many certificates
     * @throws UncheckedIOException if the descent cannot be stored; then the certificate must not be handed out
     */
    synchronized long record(SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends, int most)
            throws NotIssuedException {
        if (revoked.contains(new SerialNumber(by))) {
            throw new NotIssuedException(Refusal.REVOKED, "the SVID of the connection was revoked meanwhile");
        }
        if (!hasRoom(id, most)) {
            throw new NotIssuedException(
                    Refusal.TOO_MANY, id + " holds more certificates than it needs; try again later");
        }
        Descent descent = new Descent(id, serialNumber, by, ends);
        try {
            long mark = log.append(descent);
            remember(descent);
            unstored.put(mark, descent);
            return mark;
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /**
     * Waits until a recorded descent is stored. Takes as long as a write, and up to a second more where writes are
     * gathered: must not be called while others wait for the caller.
     *
     * @param mark of that descent
     * @throws UncheckedIOException if it cannot be stored; then its certificate must not be handed out
     */
    void awaitStored(long mark) {
        try {
            log.awaitStored(mark);
            settled(mark, true);
        } catch (IOException e) {
            settled(mark, false);
            throw unwritten(e);
        }
    }

    /** A certificate whose descent is not stored is not handed out, so it takes no room of its identity. */
    private synchronized void settled(long mark, boolean stored) {
        Descent descent = unstored.remove(mark);
        if (descent != null && !stored) {
            byIdentity.getOrDefault(descent.id(), new LinkedHashMap<>()).remove(descent.serialNumber());
        }
    }

    private static UncheckedIOException unwritten(IOException e) {
        return new UncheckedIOException("descents of certificates cannot be written: " + e.getMessage(), e);
    }

    /**
     * Returns the named serial numbers and those of all certificates that descend from them. Requests made with any of
     * them are refused from now on, until the next call of this method.
     */
    public synchronized Set<SerialNumber> revoke(Set<SerialNumber> named) {
        Set<SerialNumber> all = new HashSet<>(named);
        if (!named.isEmpty()) {
            byIdentity.values().forEach(descents -> Descent.addDescendants(descents.values(), all));
        }
        revoked = Set.copyOf(all);
        return all;
    }

    /**
     * Forgets certificates that ended {@link #KEPT} ago.
     *
     * @param tidy whether the storage is tidied too; of several control planes that share it, one does so
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

    @GuardedBy("this")
    private void forgetEnded(Instant limit) {
        byIdentity.values().forEach(descents -> {
            while (!descents.isEmpty() && oldest(descents).ends().isBefore(limit)) {
                forgetOldest(descents);
            }
        });
        byIdentity.values().removeIf(Map::isEmpty);
        unstored.values().removeIf(descent -> descent.ends().isBefore(limit));
    }

    /** Returns the number of certificates whose descent is known. */
    public synchronized int size() {
        return byIdentity.values().stream().mapToInt(Map::size).sum();
    }

    @GuardedBy("this")
    private boolean hasRoom(SpiffeId id, int most) {
        SequencedMap<BigInteger, Descent> descents = byIdentity.get(id);
        if (descents == null || descents.size() < most) {
            return true;
        }
        Instant now = clock.instant();
        long live = descents.sequencedValues().reversed().stream()
                .takeWhile(descent -> !descent.ends().isBefore(now))
                .limit(most)
                .count();
        boolean full = descents.size() >= MAX_OF_AN_IDENTITY;
        if (live >= most || (full && !oldest(descents).ends().isBefore(now))) {
            return false;
        }
        if (full) {
            forgetOldest(descents);
        }
        return true;
    }

    private static Descent oldest(SequencedMap<BigInteger, Descent> descents) {
        return descents.firstEntry().getValue();
    }

    @GuardedBy("this")
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

    /** Takes what other control planes changed. */
    private void changed(List<Descent> learned, List<Descent> forgotten) {
        boolean more = false;
        synchronized (this) {
            for (Descent descent : learned) {
                more |= remember(descent) && revoked.contains(new SerialNumber(descent.by()));
            }
            for (Descent descent : forgotten) {
                byIdentity.getOrDefault(descent.id(), new LinkedHashMap<>()).remove(descent.serialNumber(), descent);
            }
        }
        if (more) {
            revokedMore.run();
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
