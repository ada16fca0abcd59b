package dev.weft.control.federation;

import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When somebody last fetched our bundle, remembered through restarts, and what follows for rotations. */
final class FetchMemory {

    /** A rotation gives others this many refresh hints to learn of a new key before it is used (FE-10: 3 to 5). */
    static final int GRACE_HINTS = 4;

    /** Whoever has not asked for this many refresh hints follows us no more. */
    static final int RECENT_HINTS = 10;

    private static final String FILE = "last-fetch";
    private static final int MAX_FILE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(FetchMemory.class);

    private final SealedFile file;
    private final Duration refreshHint;
    private final Clock clock;
    private volatile Instant last;

    FetchMemory(Path directory, Duration refreshHint, Clock clock) throws IOException {
        this.file = SealedFile.lasting(directory, FILE, MAX_FILE, StateFiles.PUBLIC);
        this.refreshHint = refreshHint;
        this.clock = clock;
        this.last = read();
    }

    /** Where it is not known any more, somebody may have fetched it just now: a rotation waits too long rather than not at all. */
    private Instant read() throws IOException {
        try {
            return file.read(text -> Instant.parse(text.strip()));
        } catch (NoSuchFileException _) {
            return Instant.EPOCH;
        } catch (StateException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("when the trust bundle was last fetched is not known: it counts as fetched now");
            Instant now = clock.instant();
            keep(now);
            return now;
        }
    }

    /** Somebody has fetched it now. On disk at most once in a refresh hint. */
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
            file.write(now + "\n");
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("that the trust bundle was fetched cannot be kept");
        }
    }

    /** How long new keys are published before they are used: nothing if nobody follows us. */
    Duration grace() {
        boolean recent = last.plus(refreshHint.multipliedBy(RECENT_HINTS)).isAfter(clock.instant());
        return recent ? refreshHint.multipliedBy(GRACE_HINTS) : Duration.ZERO;
    }
}
