package dev.weft.files.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a state directory can be written, before something must be: on a full disk, or on one that the
 * kernel has made read-only, no certificate is issued. Safe for use by several threads.
 */
public final class WriteProbe {

    /** Size of the file that is written, in bytes: about as much as a change of the state needs. */
    static final int BYTES = 64 * 1024;

    /** How long one check may take. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Its name. A name with a dot in front is no part of the state. */
    static final String FILE = ".write-probe";

    private static final Logger LOG = LoggerFactory.getLogger(WriteProbe.class);

    private final Path directory;
    private volatile String problem = "";
    /** When the running check began, by {@link System#nanoTime}; null if none runs. */
    private volatile @Nullable Long startedNanos;

    /** Creates the probe of a state directory. */
    public WriteProbe(Path directory) {
        this.directory = requireNonNull(directory, "directory");
    }

    /** Writes a file and deletes it. To be called every few seconds, on a thread that may wait for the disk. */
    public synchronized void check() {
        startedNanos = System.nanoTime();
        try {
            report(Files.isDirectory(directory) ? write() : problem); // StateLock reports a missing directory
        } finally {
            startedNanos = null;
        }
    }

    private void report(String now) {
        if (problem.isEmpty() && !now.isEmpty()) {
            LOG.error("{}", now);
        } else if (!problem.isEmpty() && now.isEmpty()) {
            LOG.info("state directory {} can be written again", directory);
        }
        problem = now;
    }

    private String write() {
        Path file = directory.resolve(FILE);
        try {
            try {
                Files.write(file, new byte[BYTES]);
            } finally {
                Files.deleteIfExists(file);
            }
            return "";
        } catch (IOException e) {
            return "WEFT-C135: state directory " + directory
                    + " cannot be written, so no certificate is renewed and nothing changes: " + e.getMessage();
        }
    }

    /** Returns why the directory could not be written at the latest check; empty if it could. */
    public Optional<String> problem() {
        Long started = startedNanos;
        if (started != null && System.nanoTime() - started > PATIENCE.toNanos()) {
            return Optional.of("WEFT-C135: state directory " + directory + " has not taken a small file for "
                    + PATIENCE.toSeconds() + " s: its disk hangs");
        }
        return Optional.of(problem).filter(text -> !text.isEmpty());
    }
}
