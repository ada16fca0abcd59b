package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Optional;

/**
 * One named piece of the state in a {@link Store}. A write names the version that it replaces, so a writer with an
 * older version cannot overwrite a newer one.
 */
public interface Entry {

    record Versioned(String value, Version version) {
        public Versioned {
            requireNonNull(value, "value");
            requireNonNull(version, "version");
        }
    }

    /** Returns the place of the entry, in words that let an operator find it. */
    String where();

    /**
     * Returns the present value; empty if it was never written, or was deleted.
     *
     * @throws StateException if it is damaged, missing though it must be there, or others could have read or written it
     */
    Optional<Versioned> read() throws IOException;

    /**
     * Replaces the value if its version is still the expected one. A concurrent reader sees the old value or the new
     * one, also after a power failure.
     *
     * @param expected {@link Version#ABSENT} to write the first value
     * @param value not empty
     * @return the version of the new value; empty if the version was another, and nothing has changed
     */
    Optional<Version> compareAndSet(Version expected, String value) throws IOException;

    /**
     * Deletes the value if its version is still the expected one. From then on the entry may be absent.
     *
     * @return whether the version was the expected one
     */
    boolean delete(Version expected) throws IOException;

    /** Deletes any value, also one that cannot be read. From then on the entry may be absent. */
    void discard() throws IOException;

    /** A running watch of a {@link Store}. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
