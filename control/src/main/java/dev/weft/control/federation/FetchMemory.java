package dev.weft.control.federation;

import dev.weft.files.state.FileStore;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When somebody last fetched our bundle, remembered through restarts, and what follows for rotations. */
final class FetchMemory {

    /** A rotation gives others this many refresh hints to learn of a new key before it is used (FE-10: 3 to 5). */
    static final int GRACE_HINTS = 4;

    /** A client that has not asked for this many refresh hints follows us no more. */
    static final int RECENT_HINTS = 10;

    private static final String ENTRY = "last-fetch";
    private static final Store.Form FORM = Store.Form.open(256);

    private static final Logger LOG = LoggerFactory.getLogger(FetchMemory.class);

    private final Entry entry;
    private final Duration refreshHint;
    private final Clock clock;
    private volatile Instant last;

    FetchMemory(Path directory, Duration refreshHint, Clock clock) throws IOException {
        this(new FileStore(directory).entry(ENTRY, FORM), refreshHint, clock);
    }

    private FetchMemory(Entry entry, Duration refreshHint, Clock clock) throws IOException {
        this.entry = entry;
        this.refreshHint = refreshHint;
        this.clock = clock;
        this.last = read();
    }

    /** What several control planes remember together. */
    static FetchMemory shared(Store store, Duration refreshHint, Clock clock) throws IOException {
        FetchMemory memory = new FetchMemory(store.entry("federation/" + ENTRY, FORM), refreshHint, clock);
        // It goes on as long as the store does.
        var _ = store.follow("federation", name -> {
            if (name.endsWith("/" + ENTRY)) {
                Thread.ofVirtual().name("last-fetch").start(memory::readAgain);
            }
        });
        return memory;
    }

    private void readAgain() {
        try {
            Instant read = read();
            synchronized (this) {
                last = read.isAfter(last) ? read : last;
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("when the trust bundle was last fetched cannot be read again");
        }
    }

    /** Where it is not known any more, somebody may have fetched it just now: a rotation waits too long rather than not at all. */
    private Instant read() throws IOException {
        try {
            return entry.read().map(read -> Instant.parse(read.value().strip())).orElse(Instant.EPOCH);
        } catch (StateException | DateTimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("when the trust bundle was last fetched is not known: it counts as fetched now");
            Instant now = clock.instant();
            entry.discard();
            keep(now);
            return now;
        }
    }

    /** Somebody has fetched it now. Written at most once in a refresh hint. */
    synchronized void fetched() {
        Instant now = clock.instant();
        if (last.plus(refreshHint).isAfter(now) && !last.isAfter(now)) {
            return;
        }
        last = now;
        keep(now);
    }

    private void keep(Instant now) {
        try {
            Version version = entry.read().map(Entry.Versioned::version).orElse(Version.ABSENT);
            // Where another control plane writes in the same moment, it says the same.
            var _ = entry.compareAndSet(version, now + "\n");
        } catch (IOException | StateException e) {
            LOG.atWarn().setCause(e).log("that the trust bundle was fetched cannot be kept");
        }
    }

    /** How long new keys are published before they are used: nothing if no one follows us. */
    Duration grace() {
        boolean recent = last.plus(refreshHint.multipliedBy(RECENT_HINTS)).isAfter(clock.instant());
        return recent ? refreshHint.multipliedBy(GRACE_HINTS) : Duration.ZERO;
    }
}
