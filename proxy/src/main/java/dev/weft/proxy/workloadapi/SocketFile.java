package dev.weft.proxy.workloadapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * The socket's place. Its directory may belong to the application, which could put a link where the socket was and have its
 * target opened to all; so the socket gets its mode where only this process can change it, and is moved then.
 */
record SocketFile(Path path) {
    /** Every process that reaches the socket may open it: the directory's mode decides which do. */
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw-rw-");

    /** Mode of a directory that is made here: every process that reaches it may enter, and this process alone changes what is in it. */
    private static final Set<PosixFilePermission> MADE = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    SocketFile {
        path = path.toAbsolutePath();
    }

    /** Where to bind. Nothing is there. A directory that is not there is made, the sidecar's own, but none above it. */
    Path making() throws IOException {
        Path directory = Objects.requireNonNull(path.getParent(), "workload-api-socket is the root directory");
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, MADE);
        }
        String name = "." + ProcessHandle.current().pid();
        Path making = ours(directory) ? directory.resolve(name) : directory.resolveSibling(name);
        Files.deleteIfExists(making);
        return making;
    }

    /** Gives the bound socket its mode, and its place. */
    void made(Path making) throws IOException {
        Files.setPosixFilePermissions(making, MODE);
        Files.move(making, path, StandardCopyOption.ATOMIC_MOVE);
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    private static boolean ours(Path directory) throws IOException {
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return self.equals(Files.getAttribute(directory, "unix:uid"))
                && Files.getPosixFilePermissions(directory).stream().noneMatch(OTHERS_WRITE::contains);
    }
}
