package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the kernel, of the namespaces of this process. */
final class Sysctl {

    private Sysctl() {}

    /** Sets what makes things faster, where the kernel has it. */
    static void setWhereKnown(String name, String value) {
        try {
            set(name, value);
        } catch (IOException _) {
            // The kernel goes on as it is.
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
