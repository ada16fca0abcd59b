package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

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
    private final Object disk = new Object();
    private @Nullable DescentFile written; // guarded by this
    /** Number of lines appended since the start. */
    private long appended; // guarded by this

    private long synced; // guarded by disk
    /** Number of bytes of the file that are known to be on disk. */
    private long syncedBytes; // guarded by disk

    AppendedDescents(Path file) {
        this.file = requireNonNull(file, "file");
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

    private synchronized void rewrite(List<Descent> descents) throws IOException {
        DescentFile next = DescentFile.write(file, descents);
        DescentFile old = written;
        written = next;
        synced = appended;
        syncedBytes = next.end();
        if (old != null) {
            old.close();
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
            long until;
            long end;
            DescentFile current;
            synchronized (this) {
                until = appended;
                end = open().end();
                current = open();
            }
            current.force(syncedBytes);
            synced = until;
            syncedBytes = end;
        }
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
            open().updateHeader(syncedBytes);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (disk) {
            try (DescentFile last = open()) {
                last.updateHeader(syncedBytes);
            }
        }
    }
}
