package dev.weft.files.registry;

import dev.weft.files.registry.OperatorFolder.WrittenFile;
import dev.weft.files.state.SealedFile;
import dev.weft.files.yaml.DocumentCache;
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

/**
 * One file over time: its present content once it has settled, and its last valid state. Guarded by the registry's
 * lock.
 */
final class WatchedFile {

    private static final String DAMAGED = "WEFT-C098";

    private final Path file;
    private final boolean ofOperators;
    private final UnchangedCheck unchanged = new UnchangedCheck();
    /** The text of the last read; {@link #seenSince} is the time since when it has been the same. */
    private @Nullable String seen;

    private long seenSince;
    /** The text that was parsed last. */
    private @Nullable String settled;

    /** The time since when the file cannot be read, while {@link #unreadable} is set. */
    private long unreadableSince;

    private @Nullable IOException unreadable;
    private Parsed latest;
    /** The newest valid content of the file. */
    private @Nullable WrittenFile valid;
    /** The content that was last in force. */
    private @Nullable WrittenFile taken;

    /**
     * Creates a file that has not been read.
     *
     * @param ofOperators whether the control plane writes the file for operators, always atomically
     */
    WatchedFile(Path file, boolean ofOperators) {
        this.file = file;
        this.ofOperators = ofOperators;
        this.latest = RegistryFiles.wholeFile(file, "not read yet");
    }

    /** Sets the content that was in force in an earlier process. It is ignored if this version refuses it. */
    void setFormerContent(String text) {
        Parsed parsed = RegistryFiles.parse(file, text);
        if (parsed.valid()) {
            taken = new WrittenFile(text, parsed);
            valid = taken;
        }
    }

    /**
     * Looks at the file.
     *
     * @param known content of the file as announced, if it was
     * @return whether the result has changed
     */
    boolean check(WatchTimings timings, long now, @Nullable WrittenFile known) {
        String text;
        try {
            if (unchanged.isAsRead(file, now, settled != null && settled.equals(seen) && unreadable == null)) {
                return false;
            }
            text = read();
        } catch (IOException e) {
            return unreadable(e, timings, now);
        }
        boolean again = unreadable != null && settled != null;
        unreadable = null;
        if (!text.equals(seen)) {
            seen = text;
            seenSince = now;
        }
        boolean first = settled == null;
        if (text.equals(settled)) {
            seen = settled; // one copy of the text is enough
            return again && settle(text, known);
        }
        Duration settle =
                first || ofOperators ? Duration.ZERO : isTruncated(text) ? timings.settleLess() : timings.settle();
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
                                valid == null
                                        ? DocumentCache.NONE
                                        : valid.parsed().documents());
        if (latest.valid() && !ofOperators && valid != null && !valid.text().equals(text)) {
            truncation(text, valid)
                    .ifPresent(reason -> latest = RegistryFiles.wholeFile(file, DAMAGED + ": " + reason));
        }
        if (latest.valid()) {
            valid = new WrittenFile(text, latest);
        }
        return true;
    }

    /** Whether the text is the beginning of the former one: an editor or a disk may not have written all of it yet. */
    private boolean isTruncated(String text) {
        return text.isBlank()
                || (valid != null
                        && text.length() < valid.text().length()
                        && valid.text().startsWith(text));
    }

    /** Returns why a text is not believed although it can be read. */
    private Optional<String> truncation(String text, WrittenFile before) {
        if (latest.isEmpty() && !before.parsed().isEmpty()) {
            return Optional.of("it is empty now, so its former content stays in force; to remove that content, delete"
                    + " the file from its folder, or leave one object in it, such as a Namespace");
        }
        // A full disk cuts a changed text anywhere: a list in a Deny may then lack entries, and all else is valid.
        if (!text.endsWith("\n") && (isTruncated(text) || before.text().endsWith("\n"))) {
            return Optional.of(
                    "it ends in the middle of a line, so it looks cut off; if it is whole, end it with a line break");
        }
        return Optional.empty();
    }

    /** Handles a read failure. A file that cannot be read for a short time is usually being replaced. */
    private boolean unreadable(IOException cause, WatchTimings timings, long now) {
        unchanged.forget();
        if (unreadable == null) {
            unreadableSince = now;
        }
        unreadable = cause;
        Parsed refused = RegistryFiles.unreadable(file, cause);
        boolean settling =
                settled != null && now - unreadableSince < timings.settleLess().toNanos();
        if (settling || refused.equals(latest)) {
            return false;
        }
        latest = refused;
        return true;
    }

    /** Whether a change was seen that has not settled. */
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

    /**
     * Returns the states that may be in force, the newest first: the newest valid one, and the one that was last in
     * force.
     */
    @SuppressWarnings("ReferenceEquality") // equals would compare thousands of objects
    List<Parsed> candidates() {
        // Not distinct(): that would hash every object.
        return Stream.of(Optional.ofNullable(valid), Optional.ofNullable(taken == valid ? null : taken))
                .flatMap(Optional::stream)
                .map(WrittenFile::parsed)
                .toList();
    }

    /** Returns the content that was last in force. */
    Optional<WrittenFile> taken() {
        return Optional.ofNullable(taken);
    }

    /** Sets which of the candidates is in force now. */
    @SuppressWarnings("ReferenceEquality") // the argument is one of the candidates
    void taken(Parsed parsed) {
        if (valid != null && valid.parsed() == parsed) {
            taken = valid;
        }
    }
}
