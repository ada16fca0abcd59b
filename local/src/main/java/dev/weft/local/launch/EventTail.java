package dev.weft.local.launch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Reads lines that another process appends to a file. */
final class EventTail implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int MAX_READ_BYTES = 1 << 20;

    private final Path file;
    private final Consumer<String> events;
    private long position;
    private final StringBuilder partial = new StringBuilder();

    private EventTail(Path file, Consumer<String> events, long position) {
        this.file = file;
        this.events = events;
        this.position = position;
    }

    static EventTail atStart(Path file, Consumer<String> events) {
        return new EventTail(file, events, 0);
    }

    static EventTail atEnd(Path file, Consumer<String> events) throws IOException {
        return new EventTail(file, events, Files.exists(file) ? Files.size(file) : 0);
    }

    /** Passes on the complete lines that are new. */
    void poll() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            long length = from.length();
            if (length < position) {
                position = 0;
            }
            byte[] bytes = new byte[(int) Math.min(MAX_READ_BYTES, length - position)];
            from.seek(position);
            from.readFully(bytes);
            position += bytes.length;
            partial.append(new String(bytes, StandardCharsets.UTF_8));
        }
        int end;
        while ((end = partial.indexOf("\n")) >= 0) {
            String line = partial.substring(0, end);
            partial.delete(0, end + 1);
            events.accept(line);
        }
    }

    @Override
    public void close() throws IOException {
        poll();
    }
}
