package dev.weft.control.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One file over time: what it says now once it has settled, and its last valid state. Owned by the registry's thread. */
final class WatchedFile {

    private final Path file;
    /** What was read last and since when it has been so. */
    private @Nullable String seen;

    private long seenSince;
    /** What has been parsed. */
    private @Nullable String settled;

    private Parsed latest;
    private @Nullable Parsed valid;

    WatchedFile(Path file) {
        this.file = file;
        this.latest = RegistryFiles.wholeFile(file, "not read yet");
    }

    /**
     * Looks at the file.
     *
     * @return whether what it says has changed
     */
    boolean look(Pace pace, long now) {
        String text;
        try {
            text = RegistryFiles.read(file);
        } catch (IOException e) {
            return unreadable(e);
        }
        if (!text.equals(seen)) {
            seen = text;
            seenSince = now;
        }
        boolean first = settled == null;
        Duration settle = text.isBlank() && !first ? pace.settleEmpty() : pace.settle();
        if (text.equals(settled) || (!first && now - seenSince < settle.toNanos())) {
            return false;
        }
        settled = text;
        latest = RegistryFiles.parse(file, text);
        if (latest.valid()) {
            valid = latest;
        }
        return true;
    }

    /** A file that has been read keeps its state; one that never was is an error. */
    private boolean unreadable(IOException cause) {
        Parsed refused = RegistryFiles.unreadable(file, cause);
        if (settled != null || refused.equals(latest)) {
            return false;
        }
        latest = refused;
        return true;
    }

    /** Whether a change has been seen that has not settled. */
    boolean unsettled() {
        return seen != null && !seen.equals(settled);
    }

    Parsed latest() {
        return latest;
    }

    Optional<Parsed> valid() {
        return Optional.ofNullable(valid);
    }
}
