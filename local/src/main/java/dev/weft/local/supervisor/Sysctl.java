package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the kernel, of the namespaces of this process. */
final class Sysctl {

    private Sysctl() {}

    static void set(String name, String value) throws IOException {
        try {
            Files.writeString(Path.of("/proc/sys", name), value + "\n");
        } catch (IOException e) {
            throw new IOException("sysctl %s cannot be set to %s: %s".formatted(name, value, e.getMessage()), e);
        }
    }
}
