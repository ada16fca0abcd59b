package dev.weft.proxy.workloadapi;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks whether a process belongs to the workload: its network namespace must be the sidecar's own. The kernel reports
 * which process opened the connection, so the process itself cannot lie (WE-03).
 */
record CallerCheck(Path proc) {
    CallerCheck() {
        this(Path.of("/proc"));
    }

    /**
     * Whether the peer belongs to this workload. If the kernel does not show its process, as across containers, or does
     * not allow reading its namespace, it counts as the workload's: the mode of the socket's directory has already
     * decided.
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
            return false; // the process has ended
        }
    }

    private Path namespace(String process) {
        return proc.resolve(process).resolve("ns/net");
    }
}
