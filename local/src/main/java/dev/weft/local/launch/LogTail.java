package dev.weft.local.launch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads the last lines of a log. */
final class LogTail {

    private static final int LINES = 10;
    private static final int MAX_BYTES = 8 << 10;

    private LogTail() {}

    /** Returns the last lines of a file; empty if it does not exist. */
    static List<String> of(Path file) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(MAX_BYTES, log.length())];
            log.seek(log.length() - bytes.length);
            log.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                    .map(LogLine::forPeople)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
