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
 * Reads the anchors file again while the control plane is out of reach: it may rest on other anchors by now, and a sidecar that
 * was not there when they came has no other way to hear of them. What the file said at the start counts no more than what the
 * control plane has told since; only another content does.
 */
final class AnchorsWatch {
    static final Duration PERIOD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(AnchorsWatch.class);

    private final Path file;
    private final BooleanSupplier connected;
    private final Consumer<List<X509Certificate>> changed;
    private String seen;

    /**
     * Takes note of what is in the file now.
     *
     * @param changed told of other anchors than those of the last look
     */
    AnchorsWatch(Path file, BooleanSupplier connected, Consumer<List<X509Certificate>> changed) {
        this.file = file;
        this.connected = connected;
        this.changed = changed;
        this.seen = text();
    }

    /** Reads a file: not for an event loop. */
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

    /** Empty when it cannot be read: the code that needs it at the start says why. */
    private String text() {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }
}
