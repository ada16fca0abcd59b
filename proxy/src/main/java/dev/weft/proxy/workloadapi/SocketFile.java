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
 * The path of the socket. Its directory may belong to the application, which could replace the socket with a link and
 * have the link's target opened to all. So the socket gets its mode in a place that only this process can change, and
 * is moved then.
 */
record SocketFile(Path path) {
    /** Every process that reaches the socket may open it: the directory's mode decides which processes do. */
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw-rw-");

    /**
     * Mode of a directory that is created here: every process that reaches it may enter, and only this process may
     * change its content.
     */
    private static final Set<PosixFilePermission> MADE = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    SocketFile {
        path = path.toAbsolutePath();
    }

    /**
     * Returns where to bind, and removes what is there. Creates the socket's directory if it is missing, but none above
     * it.
     */
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

    /** Gives the bound socket its mode, and moves it to its path. */
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
