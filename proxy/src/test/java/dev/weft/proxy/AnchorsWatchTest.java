package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorsWatchTest {
    @TempDir
    Path directory;

    private final X509Certificate first = anchor("first");
    private final X509Certificate next = anchor("next");
    private final AtomicBoolean connected = new AtomicBoolean();
    private final List<List<X509Certificate>> heard = new ArrayList<>();

    private static X509Certificate anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(1), Clock.systemUTC()).certificate();
    }

    private Path write(X509Certificate... anchors) throws IOException {
        return Files.writeString(directory.resolve("anchors.pem"), Pem.encodeCertificates(List.of(anchors)));
    }

    @Test
    void tellsOfOtherAnchorsOnce() throws IOException {
        AnchorsWatch watch = new AnchorsWatch(write(first), connected::get, heard::add);
        watch.look();
        assertThat(heard).as("nothing has changed").isEmpty();
        write(next);
        watch.look();
        watch.look();
        assertThat(heard).containsExactly(List.of(next));
    }

    @Test
    void leavesItToTheControlPlaneWhileThatIsThere() throws IOException {
        AnchorsWatch watch = new AnchorsWatch(write(first), connected::get, heard::add);
        connected.set(true);
        write(next);
        watch.look();
        assertThat(heard).isEmpty();
        connected.set(false);
        watch.look();
        assertThat(heard).containsExactly(List.of(next));
    }

    @Test
    void staysWithWhatItHasWhenTheFileIsGoneOrDamaged() throws IOException {
        Path file = write(first);
        AnchorsWatch watch = new AnchorsWatch(file, connected::get, heard::add);
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nMII");
        watch.look();
        Files.delete(file);
        watch.look();
        assertThat(heard).isEmpty();
        write(next);
        watch.look();
        assertThat(heard).containsExactly(List.of(next));
    }
}
