package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernel settings of this process's namespaces. */
final class Sysctl {

    private Sysctl() {}

    /** Sets a value that only improves performance, if the kernel supports it. */
    static void setWhereKnown(String name, String value) {
        try {
            set(name, value);
        } catch (IOException _) {
            // The kernel keeps its default.
        }
    }

    static void set(String name, String value) throws IOException {
        try {
            Files.writeString(Path.of("/proc/sys", name), value + "\n");
        } catch (IOException e) {
            throw new IOException("sysctl %s cannot be set to %s: %s".formatted(name, value, e.getMessage()), e);
        }
    }
}
