package dev.weft.files.state;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.keys.Sha256;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.FolderListeners;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A store of files in a state directory; each entry is a {@link SealedFile}. An entry's version is the SHA-256 of its
 * content, so a file that was restored from a copy has another version than the file it replaced.
 *
 * <p>Only one process may use the directory, which {@link StateLock} ensures. This process compares and writes under
 * its own lock. Readers see a change made by hand, but watches are not called for it.
 */
public final class FileStore implements Store {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9][A-Za-z0-9.-]*)?");

    /**
     * Number of locks, and so the most entries that are compared and written at a time. It is fixed, so a request for
     * an unknown name leaves nothing in memory.
     */
    private static final int LOCKS = 64;

    private final Path directory;
    /** Forms of the entries outside of folders, which are few. */
    private final Map<String, EntryOptions> optionsByName = new ConcurrentHashMap<>();

    private final List<Object> locks =
            IntStream.range(0, LOCKS).mapToObj(_ -> new Object()).toList();
    private final FolderListeners followers = new FolderListeners();

    /** @param directory a directory whose {@link StateLock} this process holds */
    public FileStore(Path directory) {
        this.directory = requireNonNull(directory, "directory");
    }

    @Override
    public Entry entry(String name, EntryOptions options) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("entry: " + name + " (expected: NAME or FOLDER/NAME)");
        }
        EntryOptions earlier = name.contains("/") ? options : optionsByName.computeIfAbsent(name, _ -> options);
        if (!earlier.equals(options)) {
            throw new IllegalArgumentException("entry " + name + ": " + options + " (expected: " + earlier + ")");
        }
        return new FileEntry(name, options);
    }

    @Override
    public List<String> names(String folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve(folder))) {
            for (Path file : files) {
                String name = folder + "/" + file.getFileName();
                if (NAME.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    @Override
    public String where(String folder) {
        return directory.resolve(folder).toString();
    }

    @Override
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        return followers.follow(folder, changed);
    }

    private final class FileEntry implements Entry {

        private final String name;
        private final SealedFile file;
        private final int maxBytes;
        private final Object lock;
        /**
         * The entry's folder; null for an entry in the state directory itself. A missing state directory is not created
         * again, because its entries would count as never written.
         */
        private final @Nullable Path folder;

        FileEntry(String name, EntryOptions options) {
            this.name = name;
            this.maxBytes = options.maxBytes();
            this.lock = locks.get(Math.floorMod(name.hashCode(), LOCKS));
            this.folder = name.contains("/") ? directory.resolve(name).getParent() : null;
            int most = maxBytes + SealedFile.HEAD_BYTES;
            var mode = options.secret() ? PrivateFiles.PRIVATE : PrivateFiles.PUBLIC;
            this.file = options.required()
                    ? SealedFile.required(directory, name, most, mode)
                    : SealedFile.optional(directory, name, most, mode);
        }

        @Override
        public String where() {
            return file.path().toString();
        }

        @Override
        public Optional<Versioned> read() throws IOException {
            synchronized (lock) {
                try {
                    return Optional.of(file.read((content, sha256) -> new Versioned(content, new Version(sha256))));
                } catch (NoSuchFileException _) {
                    return Optional.empty();
                }
            }
        }

        @Override
        public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
            if (value.isEmpty()) {
                throw new IllegalArgumentException(where() + ": no value (expected: at least a line break)");
            }
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > maxBytes) {
                throw new IOException(where() + ": " + bytes.length + " bytes (expected: at most " + maxBytes + ")");
            }
            String sha256 = Sha256.hex(bytes);
            synchronized (lock) {
                if (!isNow(expected)) {
                    return Optional.empty();
                }
                if (folder != null) {
                    PrivateFiles.createDirectory(folder);
                }
                file.write(bytes, sha256);
            }
            followers.changed(name);
            return Optional.of(new Version(sha256));
        }

        /** Another process may delete the same file at the same time: only one of them returns true. */
        @Override
        public boolean delete(Version expected) throws IOException {
            synchronized (lock) {
                if (expected.equals(Version.ABSENT) || !isNow(expected) || !file.delete()) {
                    return false;
                }
                sync();
            }
            followers.changed(name);
            return true;
        }

        @Override
        public void discard() throws IOException {
            synchronized (lock) {
                if (!file.delete()) {
                    return;
                }
                sync();
            }
            followers.changed(name);
        }

        private void sync() throws IOException {
            PrivateFiles.sync(folder == null ? directory : folder);
        }

        private boolean isNow(Version expected) throws IOException {
            return read().map(Versioned::version).orElse(Version.ABSENT).equals(expected);
        }
    }
}
