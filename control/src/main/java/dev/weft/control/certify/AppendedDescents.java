package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.certify.DescentFile.DiskSync;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Descents appended to a file that only this control plane writes. Callers that wait for the disk at the same time
 * share one wait.
 */
final class AppendedDescents implements DescentLog {

    private final Path file;
    private final DiskSync sync;
    private final Object disk = new Object();

    @GuardedBy("this")
    private @Nullable DescentFile written;
    /** Number of lines appended since the start. */
    @GuardedBy("this")
    private long appended;

    @GuardedBy("disk")
    private long synced;
    /** Number of bytes of the file that are known to be on disk. */
    @GuardedBy("disk")
    private long syncedBytes;
    /**
     * Whether a wait for the disk has failed. The kernel reports such a failure once, and the next wait would succeed
     * although lines are missing on disk. So all lines are then written to a new file.
     */
    @GuardedBy("disk")
    private boolean doubtful;
    /** Number of the last line that could not be written to a new file. */
    @GuardedBy("disk")
    private long lost;

    AppendedDescents(Path file, DiskSync sync) {
        this.file = requireNonNull(file, "file");
        this.sync = requireNonNull(sync, "sync");
    }

    /** Does nothing: no other process writes the file. */
    @Override
    public void follow(Keeper keeper) {}

    @Override
    public void read(Consumer<Descent> found) throws IOException {
        List<Descent> all = new ArrayList<>();
        DescentFile.read(file, all::add);
        all.forEach(found);
        synchronized (disk) {
            rewrite(all);
        }
    }

    @GuardedBy("disk")
    private synchronized void rewrite(List<Descent> descents) throws IOException {
        DescentFile old = written;
        DescentFile next = write(descents, old);
        written = next;
        synced = appended;
        syncedBytes = next.end();
        doubtful = false;
        if (old != null) {
            old.close();
        }
    }

    /** If the file was replaced and then something failed, nothing may rely on what is appended to the former one. */
    @GuardedBy("disk")
    private DescentFile write(List<Descent> descents, @Nullable DescentFile former) throws IOException {
        try {
            return DescentFile.write(file, descents, sync);
        } catch (IOException | RuntimeException e) {
            doubtful |= former != null && !former.isInPlace();
            throw e;
        }
    }

    private synchronized DescentFile open() {
        return requireNonNull(written, "read() comes first");
    }

    @Override
    public synchronized long append(Descent descent) throws IOException {
        open().append(descent);
        return ++appended;
    }

    @Override
    public void awaitStored(long mark) throws IOException {
        synchronized (disk) {
            if (synced >= mark) {
                return;
            }
            if (doubtful) {
                if (mark <= lost) {
                    throw new IOException(file + ": it could not be written again after a failure of the disk");
                }
                writeAgain();
                return;
            }
            long until;
            long end;
            DescentFile current;
            synchronized (this) {
                until = appended;
                end = open().end();
                current = open();
            }
            force(current);
            synced = until;
            syncedBytes = end;
        }
    }

    @GuardedBy("disk")
    private void force(DescentFile current) throws IOException {
        try {
            current.force(syncedBytes);
        } catch (IOException e) {
            doubtful = true;
            throw e;
        }
    }

    /**
     * Writes all lines to a new file. Those of callers that were told of the failure are written too: more is revoked
     * by them, not less. Others may append meanwhile, because a disk that fails may also be slow.
     */
    @GuardedBy("disk")
    private void writeAgain() throws IOException {
        DescentFile former;
        long until;
        long end;
        synchronized (this) {
            former = open();
            until = appended;
            end = former.end();
        }
        try {
            DescentFile next = write(former.lines(DescentFile.START, end), former);
            long onDisk = next.end();
            adopt(next, former, end);
            synced = until;
            syncedBytes = onDisk;
            doubtful = false;
            former.close();
        } catch (IOException e) {
            lost = until;
            throw e;
        } catch (StateException e) {
            lost = until;
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Appends what was appended to the former file from this byte on, and appends to the new file from now on. */
    private synchronized void adopt(DescentFile next, DescentFile former, long from) throws IOException {
        try {
            for (Descent later : former.lines(from, former.end())) {
                next.append(later);
            }
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
        written = next;
    }

    @Override
    public void replace(List<Descent> live) throws IOException {
        synchronized (disk) {
            rewrite(live);
        }
    }

    @Override
    public void tidy() throws IOException {
        synchronized (disk) {
            if (doubtful) {
                writeAgain();
            } else if (open().lagsBehind(syncedBytes)) {
                force(open());
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (disk) {
            try (DescentFile last = open()) {
                if (!doubtful && last.lagsBehind(syncedBytes)) {
                    last.force(syncedBytes);
                }
            }
        }
    }
}
