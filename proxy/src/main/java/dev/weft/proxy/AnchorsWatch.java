package dev.weft.proxy;

import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the anchors file again while the control plane is out of reach. The control plane may have new trust anchors by
 * then, and a sidecar that was away when they were announced learns of them only from the file. An unchanged file never
 * replaces what the control plane has sent since the start.
 */
final class AnchorsWatch {
    static final Duration PERIOD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(AnchorsWatch.class);

    private final Path file;
    private final BooleanSupplier connected;
    private final Consumer<List<X509Certificate>> changed;
    private String seen;

    /**
     * Remembers the present content of the file.
     *
     * @param changed gets the trust anchors whenever the file's content has changed since the last look
     */
    AnchorsWatch(Path file, BooleanSupplier connected, Consumer<List<X509Certificate>> changed) {
        this.file = file;
        this.connected = connected;
        this.changed = changed;
        this.seen = text();
    }

    /** Reads the file and reports new anchors. Must not run on an event loop, because it reads from disk. */
    synchronized void look() {
        String now = connected.getAsBoolean() ? seen : text();
        if (now.equals(seen) || now.isEmpty()) {
            return;
        }
        seen = now;
        try {
            List<X509Certificate> anchors = Pem.decodeCertificates(now);
            LOG.info("The control plane is out of reach, and {} has other trust anchors: they count from now on", file);
            changed.accept(anchors);
        } catch (InvalidEncodingException e) {
            LOG.warn("{} has changed, and cannot be used: {}", file, e.getMessage());
        }
    }

    /**
     * Returns the file's text, or an empty text when it cannot be read. At the start, the code that needs the file
     * reports why.
     */
    private String text() {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }
}
