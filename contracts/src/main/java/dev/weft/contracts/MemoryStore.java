package dev.weft.contracts;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.FolderListeners;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store in memory. */
public final class MemoryStore implements Store {

    private final Map<String, MemoryEntry> entries = new ConcurrentHashMap<>();
    private final FolderListeners followers = new FolderListeners();

    @Override
    public Entry entry(String name, EntryOptions options) {
        return entries.computeIfAbsent(name, _ -> new MemoryEntry(name, options.maxBytes()));
    }

    @Override
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        return followers.follow(folder, changed);
    }

    @Override
    public List<String> names(String folder) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(folder + "/"))
                .filter(entry -> entry.getValue().read().isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    @Override
    public String where(String folder) {
        return folder;
    }

    private final class MemoryEntry implements Entry {

        private final String name;
        private final int maxBytes;
        private int writes;
        private @Nullable Versioned now;

        MemoryEntry(String name, int maxBytes) {
            this.name = name;
            this.maxBytes = maxBytes;
        }

        @Override
        public String where() {
            return name;
        }

        @Override
        public synchronized Optional<Versioned> read() {
            return Optional.ofNullable(now);
        }

        private synchronized boolean replace(Version expected, @Nullable String value) {
            if (!read().map(Versioned::version).orElse(Version.ABSENT).equals(expected)) {
                return false;
            }
            writes++;
            now = value == null ? null : new Versioned(value, version());
            return true;
        }

        private Version version() {
            return new Version(Integer.toString(writes));
        }

        @Override
        public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
            if (value.isEmpty()) {
                throw new IllegalArgumentException(name + ": no value");
            }
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > maxBytes) {
                throw new IOException(name + ": " + bytes + " bytes (expected: at most " + maxBytes + ")");
            }
            Version next;
            synchronized (this) {
                if (!replace(expected, value)) {
                    return Optional.empty();
                }
                next = version();
            }
            followers.changed(name);
            return Optional.of(next);
        }

        @Override
        public boolean delete(Version expected) {
            boolean deleted = replace(expected, null);
            if (deleted) {
                followers.changed(name);
            }
            return deleted;
        }

        @Override
        public void discard() {
            read().ifPresent(present -> delete(present.version()));
        }
    }
}
