package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Optional;

/**
 * One piece of the state of a {@link Store}. A write names the version that it follows, so that no one who works on an older
 * one overwrites a newer one.
 */
public interface Entry {

    /** A value, and which version of the entry has it. */
    record Versioned(String value, Version version) {
        public Versioned {
            requireNonNull(value, "value");
            requireNonNull(version, "version");
        }
    }

    /** Where it is, in words by which an operator finds it. */
    String where();

    /**
     * What it says now; empty if it was never written, or deleted.
     *
     * @throws StateException if it is damaged, missing though it must be there, or others could have read or written it
     */
    Optional<Versioned> read() throws IOException;

    /**
     * Replaces the value if the version is still this one. A reader meanwhile sees the old value or the new, also after a
     * power failure.
     *
     * @param expected {@link Version#ABSENT} to write the first value
     * @param value not empty
     * @return the version of the new value; empty if the version is another, and nothing has changed
     */
    Optional<Version> compareAndSet(Version expected, String value) throws IOException;

    /**
     * Deletes the value if the version is still this one. From then on it need not be there.
     *
     * @return whether it was
     */
    boolean delete(Version expected) throws IOException;

    /** Deletes whatever is there, also a value that cannot be read. From then on it need not be there. */
    void discard() throws IOException;

    /**
     * Calls back after each change that was made through the store, by whomever; on any thread, and not for long.
     *
     * @return ends it
     */
    Watch watch(Runnable changed);

    /** A running watch. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
