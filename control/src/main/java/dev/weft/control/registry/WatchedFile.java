package dev.weft.control.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file over time: what it says now once it has settled, and its last valid state. Guarded by the registry's lock. */
final class WatchedFile {

    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final boolean ofOperators;
    /** What was read last and since when it has been so. */
    private @Nullable String seen;

    private long seenSince;
    /** Of the file that was read last; taken before it was read, so that a change meanwhile is seen. */
    private @Nullable Stamp stamp;

    private long readAt;
    /** Whether it was read again when its stamp had long been what it is. */
    private boolean confirmed;
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
            if (ofOperators && isAsRead(now)) {
                return false;
            }
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

    /**
     * Whether it is the very file that was read last. Asked of operators' files only: each is written once, whole, under
     * another name, and the system tells of every step of that. Times of files are coarse: what was written over within a
     * moment looks the same, and is seen when it is read once more.
     */
    private boolean isAsRead(long now) throws IOException {
        Stamp present = Stamp.of(file);
        boolean same = present.equals(stamp) && !unsettled();
        if (same && (confirmed || now - readAt < CONFIRM_NANOS)) {
            return true;
        }
        confirmed = same;
        readAt = now;
        stamp = present;
        return false;
    }

    /** What tells one file from another without reading it. */
    private record Stamp(Optional<Object> key, FileTime modified, long size) {

        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    Optional.ofNullable(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
        }
    }

    /** A file that has been read keeps its state; one that never was is an error. */
    private boolean unreadable(IOException cause) {
        stamp = null;
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
