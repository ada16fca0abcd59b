package dev.weft.proxy.workloadapi;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process is one of the workload: one whose network namespace is the sidecar's own. The kernel tells which process
 * opened the connection; the process itself says nothing (WE-03).
 */
final class Neighbour {
    private final Path proc;

    Neighbour() {
        this(Path.of("/proc"));
    }

    Neighbour(Path proc) {
        this.proc = proc;
    }

    /**
     * Whether the peer is of this workload. Where the kernel does not show its process, as across containers, or does not
     * let us look at it, the directory of the socket has decided already.
     */
    boolean isOwn(int pid) {
        if (pid <= 0) {
            return true;
        }
        try {
            return Files.readSymbolicLink(namespace(Integer.toString(pid)))
                    .equals(Files.readSymbolicLink(namespace("self")));
        } catch (AccessDeniedException _) {
            return true;
        } catch (IOException _) {
            return false; // gone already: whoever it was
        }
    }

    private Path namespace(String process) {
        return proc.resolve(process).resolve("ns/net");
    }
}
