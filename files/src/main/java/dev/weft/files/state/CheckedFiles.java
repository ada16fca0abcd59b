package dev.weft.files.state;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.weft.daemon.files.FileTooLongException;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Reads files of the state directory. A file is refused if other users could have accessed it. */
public final class CheckedFiles {

    private static final Set<PosixFilePermission> OF_OTHERS = PosixFilePermissions.fromString("---rwxrwx");
    private static final Set<PosixFilePermission> WRITE_OF_OTHERS = PosixFilePermissions.fromString("----w--w-");

    private CheckedFiles() {}

    /**
     * Reads a file that only its owner may read.
     *
     * @throws StateException if it is not a plain file, too large, or others may read or write it
     */
    public static String readPrivate(Path file, int maxBytes) throws IOException {
        checkMode(file, OF_OTHERS, "0600");
        return read(file, maxBytes);
    }

    /**
     * Reads a file that every user may read and only its owner may write.
     *
     * @throws StateException if it is not a plain file, too large, or others may write it
     */
    public static String readPublic(Path file, int maxBytes) throws IOException {
        checkMode(file, WRITE_OF_OTHERS, "0644");
        return read(file, maxBytes);
    }

    /**
     * Checks that only the owner may write into the directory.
     *
     * @throws StateException if others may
     */
    public static void checkDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new StateException(
                    "state directory " + directory + " is not there (expected: a directory, mode 0700)");
        }
        refuse(directory, Files.getPosixFilePermissions(directory), WRITE_OF_OTHERS, "0700");
    }

    private static void checkMode(Path file, Set<PosixFilePermission> forbidden, String expected) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new StateException(file + " is not a plain file (expected: a file, not a link)");
        }
        refuse(file, attributes.permissions(), forbidden, expected);
    }

    private static void refuse(
            Path path, Set<PosixFilePermission> actual, Set<PosixFilePermission> forbidden, String expected) {
        if (actual.stream().anyMatch(forbidden::contains)) {
            throw new StateException(
                    path + " has mode " + PosixFilePermissions.toString(actual) + " (expected: at most " + expected
                            + "); whoever could reach it may have its content: replace it, or run chmod " + expected);
        }
    }

    private static String read(Path file, int maxBytes) throws IOException {
        try {
            return PrivateFiles.read(file, maxBytes);
        } catch (FileTooLongException e) {
            throw new StateException(String.valueOf(e.getMessage()), e);
        }
    }
}
