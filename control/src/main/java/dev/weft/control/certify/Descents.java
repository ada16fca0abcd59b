package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.control.state.StateException;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private FileChannel channel;
    private long dead;
    private long written;
    private long synced;
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
     * @throws StateException if it is damaged: what is revoked by it would be trusted again
     */
    public Descents(Path file, Clock clock) throws IOException {
        this.file = requireNonNull(file, "file");
        this.clock = requireNonNull(clock, "clock");
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
            for (int i = 0; i < lines.size(); i++) {
                Optional<Descent> read = Descent.read(lines.get(i));
                if (read.isPresent()) {
                    remember(read.get());
                } else if (i < lines.size() - 1) {
                    throw new StateException(file + ", line " + (i + 1) + ": is damaged (expected: a certificate's"
                            + " descent and its checksum); restore it, or remove it and revoke identities where only"
                            + " certificates are revoked");
                }
                // The last line may be half written: that certificate was not handed out.
            }
        }
        this.channel = rewritten();
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
                write(channel, descent.line());
            } catch (IOException e) {
                throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
            }
            remember(descent);
            mine = ++written;
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
                FileChannel old = channel;
                channel = rewritten();
                synced = written;
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

    private FileChannel rewritten() throws IOException {
        StringBuilder lines = new StringBuilder();
        byIdentity.values().forEach(descents -> descents.forEach(descent -> lines.append(descent.line())));
        StateFiles.write(file, lines.toString(), StateFiles.PRIVATE);
        dead = 0;
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private static void write(FileChannel to, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Returns when the first so many lines are on disk. Who comes while another waits finds the work done. */
    private void sync(long lines) {
        synchronized (disk) {
            if (synced >= lines) {
                return;
            }
            long until;
            FileChannel current;
            synchronized (this) {
                until = written;
                current = channel;
            }
            try {
                current.force(false);
            } catch (IOException e) {
                throw new UncheckedIOException("descents of certificates: cannot write " + file, e);
            }
            synced = until;
        }
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("descents of certificates: cannot close " + file, e);
        }
    }
}
