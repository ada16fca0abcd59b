package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Checks whether a user without special rights can access a file. */
public final class FileAccess {

    private FileAccess() {}

    /** Whether other users may read this file or enter this directory, and enter every directory above it. */
    public static boolean byOthers(Path path) throws IOException {
        Path real = path.toRealPath();
        if (!allows(
                real, Files.isDirectory(real) ? PosixFilePermission.OTHERS_EXECUTE : PosixFilePermission.OTHERS_READ)) {
            return false;
        }
        for (Path above = real.getParent(); above != null; above = above.getParent()) {
            if (!allows(above, PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean allows(Path path, PosixFilePermission permission) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        return permissions.contains(permission);
    }
}
