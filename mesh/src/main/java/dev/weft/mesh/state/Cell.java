package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a store by its meaning. It writes on top of what it has read or written last and of nothing else. Safe for use
 * by several threads.
 */
public final class Cell<T> {

    private final Entry entry;
    private final Function<String, T> parse;
    private final Function<T, String> print;
    /** What this cell has read or written last; null before it has. */
    private @Nullable Version seen;

    /**
     * The meaning of an entry.
     *
     * @param parse understands a value, or throws an IllegalArgumentException, a DateTimeException or a StateException
     * @param print the value that means this
     */
    public Cell(Entry entry, Function<String, T> parse, Function<T, String> print) {
        this.entry = requireNonNull(entry, "entry");
        this.parse = requireNonNull(parse, "parse");
        this.print = requireNonNull(print, "print");
    }

    /** Where it is, in words by which an operator finds it. */
    public String where() {
        return entry.where();
    }

    /**
     * What the entry says now; empty if it was never written, or deleted.
     *
     * @throws StateException if it cannot be understood, is missing or others could have written it
     */
    public synchronized Optional<T> read() throws IOException {
        Optional<Entry.Versioned> read = entry.read();
        seen = read.map(Entry.Versioned::version).orElse(Version.ABSENT);
        return read.map(versioned -> understood(versioned.value()));
    }

    private T understood(String value) {
        try {
            return parse.apply(value);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new StateException(where() + " is damaged (" + e.getMessage() + "): put it back from a copy", e);
        }
    }

    /**
     * Has the entry say this.
     *
     * @throws StateException if somebody else has written it since
     */
    public synchronized void write(T value) throws IOException {
        seen = entry.compareAndSet(version(), print.apply(value)).orElseThrow(this::overtaken);
    }

    /**
     * Deletes the entry.
     *
     * @throws StateException if somebody else has written it since
     */
    public synchronized void delete() throws IOException {
        if (!entry.delete(version())) {
            throw overtaken();
        }
        seen = Version.ABSENT;
    }

    /** A write without a read before it means to replace what is there. */
    private Version version() throws IOException {
        Version version = seen;
        return version == null ? entry.read().map(Entry.Versioned::version).orElse(Version.ABSENT) : version;
    }

    private StateException overtaken() {
        return new StateException(where() + " was changed by somebody else meanwhile: it is left as it is");
    }
}
