package dev.weft.control.federation;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers through restarts when a client last fetched the own bundle, and derives how long rotations must wait. */
final class LastFetch {

    /** Number of refresh hints for which a rotation publishes a new key before its use (FE-10: 3 to 5). */
    static final int GRACE_HINTS = 4;

    /** A client that has not asked for this many refresh hints no longer counts as a follower. */
    static final int RECENT_HINTS = 10;

    private static final String ENTRY = "federation/last-fetch";
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.readable(256);

    private static final Logger LOG = LoggerFactory.getLogger(LastFetch.class);

    private final Entry entry;
    private final Duration refreshHint;
    private final Clock clock;
    private volatile Instant last;

    LastFetch(Store store, Duration refreshHint, Clock clock) throws IOException {
        this.entry = store.entry(ENTRY, OPTIONS);
        this.refreshHint = refreshHint;
        this.clock = clock;
        this.last = read();
    }

    /** Reads the time again after each write of another control plane. The subscription lasts as long as the store. */
    void follow(Store store) {
        var _ = store.follow("federation", name -> {
            if (name.equals(ENTRY)) {
                Thread.ofVirtual().name("last-fetch").start(this::readAgain);
            }
        });
    }

    private void readAgain() {
        try {
            Instant read = read();
            synchronized (this) {
                last = read.isAfter(last) ? read : last;
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the time of the last fetch of the trust bundle cannot be read again");
        }
    }

    /**
     * Reads the time. If it cannot be determined it counts as now: a rotation waits too long rather than not at all.
     */
    private Instant read() throws IOException {
        try {
            return entry.read().map(read -> Instant.parse(read.value().strip())).orElse(Instant.EPOCH);
        } catch (StateException | DateTimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("the time of the last fetch of the trust bundle is unknown: it counts as fetched now");
            Instant now = clock.instant();
            entry.discard();
            keep(now);
            return now;
        }
    }

    /** Notes that a client has fetched the bundle now. Writes at most once per refresh hint. */
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
            // If another control plane writes at the same moment, it writes the same.
            var _ = entry.compareAndSet(version, now + "\n");
        } catch (IOException | StateException e) {
            LOG.atWarn().setCause(e).log("the time of the last fetch of the trust bundle cannot be stored");
        }
    }

    /** Returns how long new keys are published before use: zero if there is no follower. */
    Duration grace() {
        boolean recent = last.plus(refreshHint.multipliedBy(RECENT_HINTS)).isAfter(clock.instant());
        return recent ? refreshHint.multipliedBy(GRACE_HINTS) : Duration.ZERO;
    }
}
