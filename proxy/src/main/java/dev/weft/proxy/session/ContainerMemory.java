package dev.weft.proxy.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory limit of the container that this process is in, from the files of its control group. The JVM takes the heap
 * from the same limit, but tells it only in a module that the sidecar's runtime does not have.
 */
final class ContainerMemory {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** The file of version 2, and the one of version 1. In a container its own group is at the root. */
    private static final List<String> FILES = List.of("memory.max", "memory/memory.limit_in_bytes");

    private ContainerMemory() {}

    /** Returns the limit in bytes; {@link Long#MAX_VALUE} if there is none, or none can be read. */
    static long limit() {
        return limit(ROOT);
    }

    static long limit(Path root) {
        for (String file : FILES) {
            try {
                return bytes(Files.readString(root.resolve(file), StandardCharsets.US_ASCII)
                        .strip());
            } catch (IOException _) {
                // The other version is in force, or the process is in no container.
            }
        }
        return Long.MAX_VALUE;
    }

    private static long bytes(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE; // version 2 writes "max" for no limit
        }
    }
}
