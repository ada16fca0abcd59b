package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a store as a typed value. A write only replaces the version that this cell has last read or written. Safe
 * for use by several threads.
 */
public final class TypedEntry<T> {

    private final Entry entry;
    private final Function<String, T> parse;
    private final Function<T, String> print;
    /** The version that this cell has last read or written; null before the first. */
    private @Nullable Version seen;

    /**
     * Creates a cell.
     *
     * @param parse reads a value; throws an IllegalArgumentException, a DateTimeException or a StateException if it
     *     cannot
     * @param print writes a value as text
     */
    public TypedEntry(Entry entry, Function<String, T> parse, Function<T, String> print) {
        this.entry = requireNonNull(entry, "entry");
        this.parse = requireNonNull(parse, "parse");
        this.print = requireNonNull(print, "print");
    }

    /** Returns the place of the entry, in words that let an operator find it. */
    public String where() {
        return entry.where();
    }

    /**
     * Returns the entry's present value; empty if it was never written, or was deleted.
     *
     * @throws StateException if it cannot be parsed, is missing, or others could have written it
     */
    public synchronized Optional<T> read() throws IOException {
        Optional<Entry.Versioned> read = entry.read();
        seen = read.map(Entry.Versioned::version).orElse(Version.ABSENT);
        return read.map(versioned -> parsed(versioned.value()));
    }

    private T parsed(String value) {
        try {
            return parse.apply(value);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new StateException(where() + " is damaged (" + e.getMessage() + "): put it back from a copy", e);
        }
    }

    /**
     * Writes a value.
     *
     * @throws StateException if another process has written the entry since
     */
    public synchronized void write(T value) throws IOException {
        seen = entry.compareAndSet(version(), print.apply(value)).orElseThrow(this::conflict);
    }

    /**
     * Deletes the entry.
     *
     * @throws StateException if another process has written it since
     */
    public synchronized void delete() throws IOException {
        if (!entry.delete(version())) {
            throw conflict();
        }
        seen = Version.ABSENT;
    }

    /** Returns the version to replace. A write without a read before it replaces whatever is there. */
    private Version version() throws IOException {
        Version version = seen;
        return version == null ? entry.read().map(Entry.Versioned::version).orElse(Version.ABSENT) : version;
    }

    private StateException conflict() {
        return new StateException(where() + " was changed by another process meanwhile: it is left as it is");
    }
}
