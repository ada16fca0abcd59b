package dev.weft.daemon.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Registers the standard process metrics under Prometheus' usual names, and the version of Weft. */
public final class ProcessMetrics {

    private static final Path STATM = Path.of("/proc/self/statm");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String OPEN_FILES = "Max open files";
    private static final int PAGE = 4096;
    private static final double MILLIS = 1000;

    private ProcessMetrics() {}

    /** Registers the metrics; {@code version} is Weft's version. */
    public static void register(Metrics metrics, String version) {
        metrics.gauges(
                "weft_build_info", "The version of Weft, as a label. Always 1.", "version", () -> Map.of(version, 1.0));
        ProcessHandle.Info self = ProcessHandle.current().info();
        double started = self.startInstant().map(Instant::toEpochMilli).orElse(0L) / MILLIS;
        metrics.gauge("process_start_time_seconds", "Start of the process, Unix time.", () -> started);
        metrics.total(
                "process_cpu_seconds_total",
                "CPU time of the process, user and system.",
                () -> ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .map(Duration::toMillis)
                                .orElse(0L)
                        / MILLIS);
        metrics.gauge("process_resident_memory_bytes", "Resident memory.", () -> pages(1));
        metrics.gauge("process_virtual_memory_bytes", "Virtual memory.", () -> pages(0));
        metrics.gauge("process_open_fds", "Open file descriptors.", ProcessMetrics::openDescriptors);
        metrics.gauge("process_max_fds", "Most file descriptors that may be open.", ProcessMetrics::mostDescriptors);
    }

    private static double pages(int field) {
        try {
            return Double.parseDouble(Files.readString(STATM).split(" ", -1)[field]) * PAGE;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static double openDescriptors() {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path ignored : open) {
                count++;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return 0;
        }
        return count;
    }

    private static double mostDescriptors() {
        try {
            return Files.readAllLines(LIMITS).stream()
                    .filter(line -> line.startsWith(OPEN_FILES))
                    .map(line -> line.substring(OPEN_FILES.length()).strip().split(" +", -1)[0])
                    .mapToDouble(soft -> soft.equals("unlimited") ? Double.POSITIVE_INFINITY : Double.parseDouble(soft))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return 0;
        }
    }
}
