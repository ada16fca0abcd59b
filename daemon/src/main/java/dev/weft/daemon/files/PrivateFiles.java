package dev.weft.daemon.files;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** Writes files atomically, with their mode set from the start, and reads files without following links. */
public final class PrivateFiles {

    /** Mode 0600, for keys and tokens. */
    public static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    /** Mode 0644, for certificates. */
    public static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");

    /** Mode 0700, for directories. */
    public static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /**
     * Replaces the file atomically: a reader sees the old content or the new, also after a power failure.
     *
     * @throws IOException if it cannot be written; the old file is then still there
     */
    public static void replace(Path file, String content, Set<PosixFilePermission> mode) throws IOException {
        replace(file, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Does the same with a content in parts that are encoded already. */
    public static void replace(Path file, Set<PosixFilePermission> mode, byte[]... parts) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + ": a file in a directory is expected");
        }
        Path temporary = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createFile(temporary, asFileAttribute(mode));
            Files.setPosixFilePermissions(temporary, mode); // the umask may have removed some permissions
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (byte[] part : parts) {
                    ByteBuffer bytes = ByteBuffer.wrap(part);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(directory);
    }

    /** Creates an empty file, mode 0600. Throws if the file exists. */
    public static Path create(Path file) throws IOException {
        return Files.createFile(file, asFileAttribute(PRIVATE));
    }

    /** Creates the directory, mode 0700, if it does not exist. */
    public static void createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, asFileAttribute(PRIVATE_DIRECTORY));
        }
    }

    /** Flushes the directory, so its entries survive a power failure. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Reads a file that is not a link.
     *
     * @throws FileTooLongException if it is longer than {@code maxBytes}
     */
    public static String read(Path file, int maxBytes) throws IOException {
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new FileTooLongException(file + " is longer than " + maxBytes + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
