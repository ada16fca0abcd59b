package dev.weft.bench.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine on which figures were measured.
 *
 * @param processor model name of the processor
 * @param memoryMib RAM in MiB
 * @param kernel release of the kernel
 * @param jdk version of the JVM that runs Weft and the load generator
 */
public record Machine(String processor, int cores, long memoryMib, String kernel, String jdk) {
    private static final long KIB_PER_MIB = 1024;

    /** Returns a description of this machine. */
    public static Machine here() {
        String memory = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return new Machine(
                line("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? 0 : Long.parseLong(memory) / KIB_PER_MIB,
                System.getProperty("os.version"),
                System.getProperty("java.vendor.version", "") + " " + Runtime.version());
    }

    /** Returns the description as one line for the terminal. */
    public String toLine() {
        return "%s, %d cores, %d MiB, Linux %s, JDK %s".formatted(processor, cores, memoryMib, kernel, jdk.strip());
    }

    private static String line(String file, String key) {
        try {
            return Files.readString(Path.of(file))
                    .lines()
                    .filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
