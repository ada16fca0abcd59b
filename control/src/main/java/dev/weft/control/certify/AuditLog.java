package dev.weft.control.certify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

    /**
     * Records an event that has taken effect. Returns an empty text, or why the audit log lacks it: a full disk must
     * not prevent a revocation.
     */
    default String recordDone(Map<String, Object> event) {
        try {
            record(event);
            return "";
        } catch (UncheckedIOException e) {
            LoggerFactory.getLogger(AuditLog.class)
                    .atError()
                    .setCause(e)
                    .addKeyValue("event", event)
                    .log("not in the audit log");
            return "WEFT-C113: it is done, and not in the audit log: " + e.getMessage();
        }
    }

    /** Returns why the latest event could not be recorded; empty if it could. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** Closes the log's file; does nothing if it has none. */
    @Override
    default void close() {}

    /** Returns an audit log that writes to the program's log. */
    static AuditLog toLog() {
        Logger logger = LoggerFactory.getLogger("audit");
        return event -> {
            var entry = logger.atInfo();
            for (Map.Entry<String, Object> field : event.entrySet()) {
                entry = entry.addKeyValue(field.getKey(), field.getValue());
            }
            entry.log("audit");
        };
    }

    /**
     * Returns an audit log that appends to a file of mode 0640. Each line is one write, so lines of several processes
     * do not mix. A line that was cut off, as on a full disk, is ended before the next one. A renamed file is written
     * until the program restarts; then a new one begins.
     *
     * @throws IOException if the file cannot be opened
     */
    static AuditLog toFile(Path file) throws IOException {
        return AuditFile.open(file);
    }
}
