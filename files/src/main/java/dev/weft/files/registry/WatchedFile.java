package dev.weft.files.registry;

import dev.weft.files.state.SealedFile;
import dev.weft.files.yaml.Documents;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file over time: what it says now once it has settled, and its last valid state. Guarded by the registry's lock. */
final class WatchedFile {

    private static final String DAMAGED = "WEFT-C098";

    private final Path file;
    private final boolean ofOperators;
    private final Unchanged unchanged = new Unchanged();
    /** What was read last and since when it has been so. */
    private @Nullable String seen;

    private long seenSince;
    /** What has been parsed. */
    private @Nullable String settled;

    /** Since when it cannot be read, while {@link #unreadable} is set. */
    private long unreadableSince;

    private @Nullable IOException unreadable;
    private Parsed latest;
    /** What it says now, or the last time that it said something whole. */
    private @Nullable WrittenFile valid;
    /** What it said when it last counted. */
    private @Nullable WrittenFile taken;

    /**
     * A file of which nothing has been read.
     *
     * @param ofOperators whether it is one of those that the control plane writes for operators, whole each time
     */
    WatchedFile(Path file, boolean ofOperators) {
        this.file = file;
        this.ofOperators = ofOperators;
        this.latest = RegistryFiles.wholeFile(file, "not read yet");
    }

    /** Says what it said when it last counted, in a former process. It is left out if this version refuses it. */
    void counted(String text) {
        Parsed parsed = RegistryFiles.parse(file, text);
        if (parsed.valid()) {
            taken = new WrittenFile(text, parsed);
            valid = taken;
        }
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
            if (unchanged.isAsRead(file, now, settled != null && settled.equals(seen) && unreadable == null)) {
                return false;
            }
            text = read();
        } catch (IOException e) {
            return unreadable(e, pace, now);
        }
        boolean again = unreadable != null && settled != null;
        unreadable = null;
        if (!text.equals(seen)) {
            seen = text;
            seenSince = now;
        }
        boolean first = settled == null;
        if (text.equals(settled)) {
            seen = settled; // one copy of it is enough
            return again && settle(text, known);
        }
        Duration settle = first || ofOperators ? Duration.ZERO : isLess(text) ? pace.settleLess() : pace.settle();
        if (now - seenSince < settle.toNanos()) {
            return false;
        }
        settled = text;
        settle(text, known);
        return true;
    }

    private String read() throws IOException {
        String text = RegistryFiles.read(file);
        if (!ofOperators) {
            return text;
        }
        try {
            return SealedFile.unseal(file, text);
        } catch (StateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private boolean settle(String text, @Nullable WrittenFile known) {
        latest = known != null && known.text().equals(text)
                ? known.parsed()
                : valid != null && valid.text().equals(text)
                        ? valid.parsed()
                        : RegistryFiles.parse(
                                file,
                                text,
                                valid == null ? Documents.NONE : valid.parsed().documents());
        if (latest.valid() && !ofOperators && valid != null && !valid.text().equals(text)) {
            cutOff(text, valid).ifPresent(reason -> latest = RegistryFiles.wholeFile(file, DAMAGED + ": " + reason));
        }
        if (latest.valid()) {
            valid = new WrittenFile(text, latest);
        }
        return true;
    }

    /** What is left of a text by an editor or a disk that has not written all of it. */
    private boolean isLess(String text) {
        return text.isBlank()
                || (valid != null
                        && text.length() < valid.text().length()
                        && valid.text().startsWith(text));
    }

    /** Why a text that can be read is not believed. */
    private Optional<String> cutOff(String text, WrittenFile before) {
        if (latest.saysNothing() && !before.parsed().saysNothing()) {
            return Optional.of(
                    "it says nothing any more, so what it said stays in force; to take all of it back, delete"
                            + " the file from its folder, or leave one object in it, such as a Namespace");
        }
        if (isLess(text) && !text.endsWith("\n")) {
            return Optional.of("it ends in the middle of a line of what it said before, so it looks cut off;"
                    + " if it is whole, end it with a line break");
        }
        return Optional.empty();
    }

    /** A file that cannot be read for a moment is mostly one that is being replaced. */
    private boolean unreadable(IOException cause, Pace pace, long now) {
        unchanged.forget();
        if (unreadable == null) {
            unreadableSince = now;
        }
        unreadable = cause;
        Parsed refused = RegistryFiles.unreadable(file, cause);
        boolean settling =
                settled != null && now - unreadableSince < pace.settleLess().toNanos();
        if (settling || refused.equals(latest)) {
            return false;
        }
        latest = refused;
        return true;
    }

    /** Whether a change has been seen that has not settled. */
    boolean unsettled() {
        return (seen != null && !seen.equals(settled)) || (unreadable != null && settled != null && latest.valid());
    }

    boolean ofOperators() {
        return ofOperators;
    }

    Path file() {
        return file;
    }

    Parsed latest() {
        return latest;
    }

    /** What may count, the newest first: what it says now, and what it said when it last counted. */
    @SuppressWarnings("ReferenceEquality") // equals would compare thousands of objects
    List<Parsed> candidates() {
        // Not distinct(): that would hash every object.
        return Stream.of(Optional.ofNullable(valid), Optional.ofNullable(taken == valid ? null : taken))
                .flatMap(Optional::stream)
                .map(WrittenFile::parsed)
                .toList();
    }

    /** What it said when it last counted. */
    Optional<WrittenFile> taken() {
        return Optional.ofNullable(taken);
    }

    /** This of its candidates is what counts of it now. */
    @SuppressWarnings("ReferenceEquality") // it is one of the candidates itself
    void taken(Parsed parsed) {
        if (valid != null && valid.parsed() == parsed) {
            taken = valid;
        }
    }
}
