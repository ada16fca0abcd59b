package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Descents in a store that several control planes share. They are kept in segments, entries in the folder
 * {@code descents/}; only one control plane appends to each. A write replaces a whole segment, so a control plane
 * writes at most once a second, and all callers that wait share that write. A full segment is no longer written;
 * {@link DescentSegments} limits the number of segments.
 */
final class StoredDescents implements DescentLog {

    /** Shortest time between two writes of one control plane, in nanoseconds. */
    static final long PACE_NANOS = 1_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(StoredDescents.class);

    private final DescentSegments segments;
    private final LongSupplier nanos;
    private final String writer;
    private final ExecutorService following = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("descents").factory());
    private final Object writing = new Object();

    @GuardedBy("this")
    private final List<Descent> unwritten = new ArrayList<>();

    @GuardedBy("this")
    private long appended;

    @GuardedBy("this")
    private boolean closed;

    /** The highest mark whose write has ended, well or not. */
    @GuardedBy("writing")
    private long settled;

    @GuardedBy("writing")
    private final FailedMarks failed = new FailedMarks();

    @GuardedBy("writing")
    private String failure = "";

    @GuardedBy("writing")
    private long lastWrite;

    @GuardedBy("writing")
    private boolean wrote;

    @GuardedBy("writing")
    private int number;

    @GuardedBy("writing")
    private DescentSegments.Segment open;

    /** The name of {@link #open}, for readers without the lock. */
    private volatile String openName;

    private volatile Entry.Watch watch = () -> {};
    private volatile Keeper keeper = (_, _) -> {};

    StoredDescents(Store store, Clock clock) {
        this(store, clock, System::nanoTime);
    }

    StoredDescents(Store store, Clock clock, LongSupplier nanos) {
        this.segments = new DescentSegments(requireNonNull(store, "store"), requireNonNull(clock, "clock"));
        this.nanos = nanos;
        byte[] random = new byte[5];
        new SecureRandom().nextBytes(random);
        this.writer = HexFormat.of().formatHex(random);
        this.open = segments.begin(writer, number);
        this.openName = open.name();
    }

    @Override
    public void read(Consumer<Descent> found) throws IOException {
        List<Descent> all = new ArrayList<>();
        for (String name : segments.names()) {
            all.addAll(segments.read(name).learned());
        }
        // Ordered by end, because the descents that end first are forgotten first.
        all.sort(Comparator.comparing(Descent::ends));
        all.forEach(found);
    }

    @Override
    public void follow(Keeper delivered) {
        keeper = delivered;
        // Includes the own segment: another control plane may have merged others into it.
        watch = segments.follow(this::queue);
    }

    private void queue(String name) {
        try {
            following.execute(() -> readAgain(name));
        } catch (RejectedExecutionException _) {
            // The log was closed in the meantime.
        }
    }

    /**
     * Reads a changed segment. Changes are handled in order, because a descent that left one segment may be in one
     * written earlier.
     */
    private void readAgain(String name) {
        boolean delivered = false;
        while (!isClosed()) {
            try {
                DescentSegments.SegmentChanges news = segments.read(name);
                keeper.changed(news.learned(), news.forgotten());
                return;
            } catch (StateException e) {
                readFailed(name, e);
                return;
            } catch (IOException e) {
                if (!delivered) {
                    readFailed(name, e);
                }
                delivered = true;
                LockSupport.parkNanos(this, PACE_NANOS);
            }
        }
    }

    private static void readFailed(String name, Exception cause) {
        LOG.atError()
                .setCause(cause)
                .addKeyValue("entry", name)
                .log("descents of another control plane cannot be read: what is revoked by them is not known here");
    }

    @Override
    public synchronized long append(Descent descent) throws IOException {
        if (closed) {
            throw new IOException("the control plane stops");
        }
        if (segments.full()) {
            throw new IOException("there are " + DescentSegments.MOST + " segments of certificates that have not ended,"
                    + " which is the most");
        }
        unwritten.add(descent);
        return ++appended;
    }

    @Override
    public void awaitStored(long mark) throws IOException {
        synchronized (writing) {
            if (failed.contains(mark)) {
                throw new IOException(failure);
            }
            if (settled >= mark) {
                return;
            }
            awaitPace();
            List<Descent> batch;
            long until;
            synchronized (this) {
                batch = List.copyOf(unwritten);
                until = appended;
            }
            try {
                write(batch);
            } catch (IOException | RuntimeException e) {
                failed.add(settled, until);
                settled = until;
                failure = String.valueOf(e.getMessage());
                forget(batch); // no certificate is handed out: the caller asks again
                throw e;
            }
            forget(batch);
            settled = until;
        }
    }

    private synchronized void forget(List<Descent> batch) {
        unwritten.subList(0, batch.size()).clear();
    }

    @GuardedBy("writing")
    private void awaitPace() {
        long now = nanos.getAsLong();
        while (wrote && now - lastWrite < PACE_NANOS && !isClosed()) {
            LockSupport.parkNanos(this, PACE_NANOS - (now - lastWrite));
            now = nanos.getAsLong();
        }
        lastWrite = now;
        wrote = true;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @GuardedBy("writing")
    private void write(List<Descent> batch) throws IOException {
        int from = 0;
        while (from < batch.size()) {
            int room = open.room();
            if (room <= 0) {
                begin(List.of());
                continue;
            }
            int to = Math.min(batch.size(), from + room);
            List<Descent> all = new ArrayList<>(open.descents());
            all.addAll(batch.subList(from, to));
            var written = segments.write(open, all);
            if (written.isEmpty()) {
                // Another control plane has merged or changed the segment: all its descents are written to a new one.
                queue(open.name());
                begin(open.descents());
                continue;
            }
            open = written.get();
            from = to;
        }
    }

    @GuardedBy("writing")
    private void begin(List<Descent> with) {
        open = segments.begin(writer, ++number).with(with);
        openName = open.name();
    }

    /** Does nothing: others append at the same time, and each segment is deleted when it has ended. */
    @Override
    public void replace(List<Descent> live) {}

    @Override
    public void tidy() throws IOException {
        keeper.changed(List.of(), segments.tidy(openName));
    }

    @Override
    public void close() {
        watch.close();
        synchronized (this) {
            closed = true;
        }
        following.shutdownNow();
    }
}
