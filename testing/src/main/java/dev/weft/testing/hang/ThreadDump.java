package dev.weft.testing.hang;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The stacks of all threads, virtual ones too. */
final class ThreadDump {
    private ThreadDump() {}

    /**
     * Writes a file named HANG-….txt into this folder, whose last line names the test.
     *
     * @return the file
     */
    static Path write(Path folder, String test) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.toAbsolutePath()
                .resolve("HANG-" + ProcessHandle.current().pid() + ".txt");
        Files.deleteIfExists(file); // of an earlier run, by the same process number
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        Files.writeString(
                file,
                System.lineSeparator() + "HANG: " + test + System.lineSeparator(),
                StandardCharsets.UTF_8,
                StandardOpenOption.APPEND);
        return file;
    }
}
