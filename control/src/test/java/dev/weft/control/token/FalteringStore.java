package dev.weft.control.token;

import dev.weft.contracts.MemoryStore;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store whose next reads fail, as of an API server that does not answer. */
final class FalteringStore implements Store {

    final AtomicInteger failing = new AtomicInteger();
    private final Store store;

    FalteringStore(MemoryStore store) {
        this.store = store;
    }

    @Override
    public Entry entry(String name, EntryOptions form) {
        return new FalteringEntry(store.entry(name, form));
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

    private final class FalteringEntry implements Entry {

        private final Entry entry;

        FalteringEntry(Entry entry) {
            this.entry = entry;
        }

        @Override
        public String where() {
            return entry.where();
        }

        @Override
        public Optional<Versioned> read() throws IOException {
            if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("no answer");
            }
            return entry.read();
        }

        @Override
        public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
            return entry.compareAndSet(expected, value);
        }

        @Override
        public boolean delete(Version expected) throws IOException {
            return entry.delete(expected);
        }

        @Override
        public void discard() throws IOException {
            entry.discard();
        }
    }
}
