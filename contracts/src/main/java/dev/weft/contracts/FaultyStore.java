package dev.weft.contracts;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store whose reads or writes may fail, as of an API server that does not answer.
 *
 * @param store what it passes everything on to
 */
public record FaultyStore(Store store, Fault fault) implements Store {

    /** What may fail. */
    public enum Operation {
        READ,
        WRITE
    }

    /** Decides which operations fail. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Called before each operation.
         *
         * @throws IOException if the operation fails
         */
        void before(Operation operation) throws IOException;
    }

    @Override
    public Entry entry(String name, EntryOptions options) {
        return new FaultyEntry(store.entry(name, options), fault);
    }

    @Override
    public List<String> names(String folder) throws IOException {
        return store.names(folder);
    }

    @Override
    public String where(String folder) {
        return store.where(folder);
    }

    @Override
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        return store.follow(folder, changed);
    }

    @Override
    public List<String> problems() {
        return store.problems();
    }

    private record FaultyEntry(Entry entry, Fault fault) implements Entry {
        @Override
        public String where() {
            return entry.where();
        }

        @Override
        public Optional<Versioned> read() throws IOException {
            fault.before(Operation.READ);
            return entry.read();
        }

        @Override
        public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
            fault.before(Operation.WRITE);
            return entry.compareAndSet(expected, value);
        }

        @Override
        public boolean delete(Version expected) throws IOException {
            fault.before(Operation.WRITE);
            return entry.delete(expected);
        }

        @Override
        public void discard() throws IOException {
            fault.before(Operation.WRITE);
            entry.discard();
        }
    }
}
