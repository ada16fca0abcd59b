package dev.weft.control.certify;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An audit log in a file. Several processes may append to it, so it is never made shorter. */
final class AuditFile implements AuditLog {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    private final Path file;
    private final WritableByteChannel channel;
    /** Whether the file may end in the middle of a line. */
    @GuardedBy("this")
    private boolean torn;

    private volatile String problem = "";

    /** @param torn whether the file ends in the middle of a line */
    AuditFile(Path file, WritableByteChannel channel, boolean torn) {
        this.file = file;
        this.channel = channel;
        this.torn = torn;
    }

    static AuditFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        return new AuditFile(file, channel, isTorn(file));
    }

    private static boolean isTorn(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel read = FileChannel.open(file, StandardOpenOption.READ)) {
            return read.size() > 0 && read.read(last, read.size() - 1) == 1 && last.get(0) != '\n';
        } catch (AccessDeniedException _) {
            return false; // it may only be written
        }
    }

    @Override
    public synchronized void record(Map<String, Object> event) {
        String text = (torn ? "\n" : "") + Json.write(event) + "\n";
        ByteBuffer line = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            torn = false;
            if (!problem.isEmpty()) {
                LOG.info("audit log {} can be written again", file);
            }
            problem = "";
        } catch (IOException e) {
            torn |= line.position() > 0;
            if (problem.isEmpty()) {
                LOG.atError().setCause(e).addKeyValue("file", file).log("the audit log cannot be written");
            }
            problem = "WEFT-C135: audit log " + file + " cannot be written, so nothing is issued: " + e.getMessage();
            throw new UncheckedIOException("audit log " + file + ": cannot be written", e);
        }
    }

    @Override
    public Optional<String> problem() {
        return Optional.of(problem).filter(text -> !text.isEmpty());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("audit log " + file + ": cannot be closed", e);
        }
    }
}
