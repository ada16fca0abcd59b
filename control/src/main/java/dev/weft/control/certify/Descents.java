package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.StateException;
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
import java.util.Map;
import java.util.Set;

/**
 * Which certificate was asked for by which. Who revokes one means its key, and whoever holds that key may have renewed: so all
 * that came of it is revoked with it. Appended to a file, and on disk before the certificate is handed out; callers that wait
 * for the disk at the same time share one wait. Safe for use by several threads; one control plane to a file.
 */
public final class Descents implements AutoCloseable {

    /** A certificate's descent is known for so long after its end. */
    public static final Duration KEPT = Duration.ofDays(7);

    /** Of one identity. Those that have ended make room; where none has, nothing more is issued to it. */
    static final int MAX_OF_AN_IDENTITY = 20_000;

    /** Lines of the file that say nothing any more before it is written again. */
    private static final int MAX_DEAD_LINES = 50_000;

    private final Path file;
    private final Clock clock;
    private final Map<SpiffeId, Deque<Descent>> byIdentity = new HashMap<>();
    private final Object disk = new Object();
    private DescentFile written;
    private long dead;
    private long lines;
    // What follows is guarded by the disk's lock.
    private long synced;
    /** Bytes of the file that are on disk. */
    private long sure;

    private Set<SerialNumber> revoked = Set.of();

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
     * Reads the file, and goes on with it.
     *
     * @throws StateException if it is damaged or missing: what is revoked by it would be trusted again
     */
    public Descents(Path file, Clock clock) throws IOException {
        this.file = requireNonNull(file, "file");
        this.clock = requireNonNull(clock, "clock");
        DescentFile.read(file, this::remember);
        this.written = rewritten();
        this.sure = this.written.end();
    }

    /**
     * A certificate was signed for whoever holds another one.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
     */
    public Entry issued(SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends) {
        long mine;
        synchronized (this) {
            if (revoked.contains(new SerialNumber(by))) {
                return Entry.REVOKED;
            }
            Descent descent = new Descent(id, serialNumber, by, ends);
            if (!hasRoom(id)) {
                return Entry.TOO_MANY;
            }
            try {
                written.append(descent);
            } catch (IOException e) {
                throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
            }
            remember(descent);
            mine = ++lines;
        }
        sync(mine);
        return Entry.KEPT;
    }

    /**
     * What is revoked with these: they, and all that came of them. Nothing comes of any of them from now on, until this is
     * said of others.
     */
    public synchronized Set<SerialNumber> revoke(Set<SerialNumber> named) {
        Set<SerialNumber> all = new HashSet<>(named);
        if (!named.isEmpty()) {
            // Those who ask come after what they ask by: in the order in which they came, one pass finds all.
            byIdentity
                    .values()
                    .forEach(descents -> descents.stream()
                            .filter(descent -> all.contains(new SerialNumber(descent.by())))
                            .forEach(descent -> all.add(new SerialNumber(descent.serialNumber()))));
        }
        revoked = Set.copyOf(all);
        return all;
    }

    /** Forgets those that ended {@link #KEPT} ago. */
    public void prune() {
        synchronized (disk) {
            synchronized (this) {
                forgetEnded(clock.instant().minus(KEPT));
            }
            settle();
        }
    }

    private void settle() {
        try {
            written.settle(sure);
        } catch (IOException e) {
            throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
        }
    }

    private void forgetEnded(Instant limit) {
        byIdentity.values().forEach(descents -> {
            while (!descents.isEmpty() && descents.peekFirst().ends().isBefore(limit)) {
                forgetOldest(descents);
            }
        });
        byIdentity.values().removeIf(Deque::isEmpty);
        if (dead > MAX_DEAD_LINES) {
            try {
                DescentFile old = written;
                written = rewritten();
                synced = lines;
                sure = written.end();
                old.close();
            } catch (IOException e) {
                throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
            }
        }
    }

    /** How many are known. */
    public synchronized int size() {
        return byIdentity.values().stream().mapToInt(Deque::size).sum();
    }

    private boolean hasRoom(SpiffeId id) {
        Deque<Descent> descents = byIdentity.get(id);
        if (descents == null || descents.size() < MAX_OF_AN_IDENTITY) {
            return true;
        }
        if (!descents.peekFirst().ends().isBefore(clock.instant())) {
            return false;
        }
        forgetOldest(descents);
        return true;
    }

    private void remember(Descent descent) {
        byIdentity.computeIfAbsent(descent.id(), _ -> new ArrayDeque<>()).addLast(descent);
    }

    private void forgetOldest(Deque<Descent> descents) {
        descents.removeFirst();
        dead++;
    }

    private DescentFile rewritten() throws IOException {
        DescentFile next = DescentFile.write(
                file, byIdentity.values().stream().flatMap(Deque::stream).toList());
        dead = 0;
        return next;
    }

    /** Returns when the first so many lines are on disk. Who comes while another waits finds the work done. */
    private void sync(long first) {
        synchronized (disk) {
            if (synced >= first) {
                return;
            }
            long until;
            long end;
            DescentFile current;
            synchronized (this) {
                until = lines;
                end = written.end();
                current = written;
            }
            try {
                current.force(sure);
            } catch (IOException e) {
                throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
            }
            synced = until;
            sure = end;
        }
    }

    @Override
    public void close() {
        synchronized (disk) {
            settle();
            closeFile();
        }
    }

    private synchronized void closeFile() {
        try {
            written.close();
        } catch (IOException e) {
            throw new UncheckedIOException("descents of certificates: cannot close " + file, e);
        }
    }
}
