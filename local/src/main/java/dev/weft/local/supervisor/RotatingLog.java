package dev.weft.local.supervisor;

import dev.weft.daemon.files.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the output of one process after another to a file. At a size limit it starts a new file and keeps the
 * previous one.
 */
final class RotatingLog {

    private static final Logger LOG = LoggerFactory.getLogger(RotatingLog.class);
    private static final long DEFAULT_MAX_BYTES = 10L << 20;
    private static final int BUFFER_BYTES = 16 << 10;

    private final Path file;
    private final long maxBytes;

    RotatingLog(Path file) {
        this(file, DEFAULT_MAX_BYTES);
    }

    RotatingLog(Path file, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /**
     * Copies until the end of the output. If the file cannot be written, the output is still read, so no process
     * stalls.
     */
    void copy(InputStream output) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (output) {
            for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
                append(buffer, read);
            }
        } catch (IOException e) {
            LOG.debug("{}: output ended: {}", file, e.getMessage());
        }
    }

    private void append(byte[] bytes, int length) {
        try {
            if (Files.exists(file) && Files.size(file) + length > maxBytes) {
                Files.move(file, previous(), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.exists(file)) {
                PrivateFiles.create(file);
            }
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(bytes, 0, length);
            }
        } catch (IOException e) {
            LOG.warn("{}: {} bytes of output lost: {}", file, length, e.getMessage());
        }
    }

    Path previous() {
        return file.resolveSibling(file.getFileName() + ".1");
    }
}
