package dev.weft.local.state;

import dev.weft.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes the files of a state directory. Writes are atomic, and only the owner may read the files. */
public final class StateFiles {

    private static final FileAttribute<?> OWNER_FILE = PosixFilePermissions.asFileAttribute(PrivateFiles.PRIVATE);
    private static final FileAttribute<?> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PrivateFiles.PRIVATE_DIRECTORY);
    private static final int DELETE_ATTEMPTS = 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StateFiles() {}

    /** Creates a directory and its parents, for the owner only. */
    public static Path createDirectories(Path directory) throws IOException {
        return Files.createDirectories(directory, OWNER_DIRECTORY);
    }

    /** A change to a new file before it replaces the old one. */
    public interface Finish {
        /** Changes the file's attributes. */
        void accept(Path file) throws IOException;
    }

    /** Replaces a file by this text atomically: a reader sees the old text or the new. */
    public static void write(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("cannot write " + file + " (expected: a file in a directory)");
        }
        write(parent, file, text, _ -> {});
    }

    /**
     * Replaces a file atomically; the new file has its attributes from the start.
     *
     * @param drafts directory in which the new file is made, on the same file system; only this user may write it
     */
    public static void write(Path drafts, Path file, String text, Finish finish) throws IOException {
        Path next = Files.createTempFile(drafts, "." + file.getFileName(), ".new", OWNER_FILE);
        try {
            Files.writeString(next, text);
            finish.accept(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** Replaces a file atomically by this value as JSON. */
    public static void writeJson(Path file, Object value) throws IOException {
        write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    }

    /** Reads a value written by {@link #writeJson}; empty if the file does not exist. */
    public static <T> Optional<T> readJson(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException(
                    "%s: not a %s of this version of Weft (%s)"
                            .formatted(file, type.getSimpleName(), e.getOriginalMessage()),
                    e);
        }
    }

    /**
     * Removes a directory and all its content, also files that appear meanwhile. Symbolic links are removed, not
     * followed.
     */
    public static void deleteTree(Path directory) throws IOException {
        for (int attempt = 1; Files.exists(directory); attempt++) {
            try {
                deleteOnce(directory);
            } catch (DirectoryNotEmptyException e) {
                if (attempt == DELETE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void deleteOnce(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
