package dev.weft.control.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file over time: what it says now once it has settled, and its last valid state. Guarded by the registry's lock. */
final class WatchedFile {

    private final Path file;
    private final boolean ofOperators;
    /** What was read last and since when it has been so. */
    private @Nullable String seen;

    private long seenSince;
    /** What has been parsed. */
    private @Nullable String settled;

    private Parsed latest;
    private @Nullable Parsed valid;
    /** What it said when it last counted. */
    private @Nullable Parsed taken;

    /** @param ofOperators whether it is one of those that the control plane writes for operators, whole each time */
    WatchedFile(Path file, boolean ofOperators) {
        this.file = file;
        this.ofOperators = ofOperators;
        this.latest = RegistryFiles.wholeFile(file, "not read yet");
    }

    /**
     * Looks at the file.
     *
     * @param known what it says, should it be the file that was announced
     * @return whether what it says has changed
     */
    boolean look(Pace pace, long now, @Nullable WrittenFile known) {
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
        boolean whole = first || ofOperators;
        if (text.equals(settled) || (!whole && now - seenSince < settle.toNanos())) {
            return false;
        }
        settled = text;
        latest = known != null && known.text().equals(text) ? known.parsed() : RegistryFiles.parse(file, text);
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

    boolean ofOperators() {
        return ofOperators;
    }

    Parsed latest() {
        return latest;
    }

    /** What may count, the newest first: what it says now, and what it said when it last counted. */
    List<Parsed> candidates() {
        // Not distinct(): that would hash every object.
        return Stream.of(Optional.ofNullable(valid), Optional.ofNullable(Objects.equals(taken, valid) ? null : taken))
                .flatMap(Optional::stream)
                .toList();
    }

    /** This is what counts of it now. */
    void taken(Parsed parsed) {
        taken = parsed;
    }
}
