package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the events of the mesh for people, one line each, in a file that attached commands follow. */
record Events(Path file) {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Largest size of the file, in bytes; beyond it the file begins again. */
    private static final long MAX_BYTES = 1 << 20;

    synchronized void say(String what) {
        LOG.info("{}", what);
        String line = TIME.format(Instant.now()) + " " + what + "\n";
        try {
            if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
                Files.writeString(file, line, StandardOpenOption.TRUNCATE_EXISTING);
            } else {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            LOG.warn("{}: cannot be written: {}", file, e.getMessage());
        }
    }
}
