package dev.weft.control.certify;

import dev.weft.daemon.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records each certificate and each refusal as one JSON object per line: appended to a file, or in the program's log.
 */
public interface AuditLog extends AutoCloseable {

    /**
     * Records an event.
     *
     * @throws UncheckedIOException if it cannot be recorded; then nothing may be issued
     */
    void record(Map<String, Object> event);

    @Override
    void close();

    /** Returns an audit log that writes to the program's log. */
    static AuditLog toLog() {
        Logger logger = LoggerFactory.getLogger("audit");
        return new AuditLog() {
            @Override
            public void record(Map<String, Object> event) {
                var entry = logger.atInfo();
                for (Map.Entry<String, Object> field : event.entrySet()) {
                    entry = entry.addKeyValue(field.getKey(), field.getValue());
                }
                entry.log("audit");
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Returns an audit log that appends to a file of mode 0640. Each line is one write, so lines of several processes
     * do not mix. A renamed file is written until the program restarts; then a new one begins.
     *
     * @throws IOException if the file cannot be opened
     */
    static AuditLog toFile(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        return new AuditLog() {
            @Override
            public synchronized void record(Map<String, Object> event) {
                ByteBuffer line = ByteBuffer.wrap((Json.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
                try {
                    while (line.hasRemaining()) {
                        channel.write(line);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("audit log " + file + ": cannot be written", e);
                }
            }

            @Override
            public void close() {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("audit log " + file + ": cannot be closed", e);
                }
            }
        };
    }
}
