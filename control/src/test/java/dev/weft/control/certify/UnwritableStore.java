package dev.weft.control.certify;

import dev.weft.contracts.MemoryStore;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A store whose API server may be away. */
record UnwritableStore(MemoryStore store, AtomicBoolean away) implements Store {
    @Override
    public Entry entry(String name, EntryOptions options) {
        Entry entry = store.entry(name, options);
        return new Entry() {
            @Override
            public String where() {
                return entry.where();
            }

            @Override
            public Optional<Versioned> read() throws IOException {
                return entry.read();
            }

            @Override
            public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
                if (away.get()) {
                    throw new IOException("the API server is away");
                }
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
        };
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
}
