package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.testing.SettableClock;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails while descents are written. */
final class AppendedDescentsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofHours(1));
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://test.example/ns/shop/sa/web");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final SettableClock clock = new SettableClock(NOW);
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicInteger waits = new AtomicInteger();

    private Path file() {
        return directory.resolve("descents");
    }

    private Descents open() throws IOException {
        return new Descents(new AppendedDescents(file(), this::force), clock);
    }

    private void force(FileChannel channel) throws IOException {
        waits.incrementAndGet();
        if (failing.get()) {
            throw new IOException("Input/output error");
        }
        channel.force(false);
    }

    private static Optional<Refusal> issue(Descents descents, int serialNumber) {
        return RecordedDescents.issued(descents, WEB, BigInteger.valueOf(serialNumber), BigInteger.ONE, END);
    }

    @Test
    void afterAFailureAllIsWrittenToANewFileInsteadOfWaitingForTheOldOne() throws IOException {
        try (Descents descents = open()) {
            issue(descents, 2);
            failing.set(true);
            assertThatThrownBy(() -> issue(descents, 3)).hasMessageContaining("Input/output error");
            Object former = Files.getAttribute(file(), "unix:ino");
            int waited = waits.get();

            assertThat(issue(descents, 4)).isEmpty();

            assertThat(Files.getAttribute(file(), "unix:ino")).isNotEqualTo(former);
            assertThat(waits).hasValue(waited);
            failing.set(false);
            assertThat(issue(descents, 5)).isEmpty();
        }
        try (Descents restarted = open()) {
            assertThat(restarted.size()).as("with that of the failed caller").isEqualTo(4);
        }
    }

    /** A new file took the place of the former one, and then something failed: the former one is deleted. */
    @Test
    void nothingReliesOnAFileThatIsNotInItsPlace() throws IOException {
        try (Descents descents = open()) {
            issue(descents, 2);
            failing.set(true);
            assertThatThrownBy(() -> issue(descents, 3)).hasMessageContaining("Input/output error");
            failing.set(false);
            Path mark = Files.createDirectory(directory.resolve(".descents.tmp"));
            Files.move(file(), mark.resolve("away"));
            Files.createFile(file());

            assertThat(issue(descents, 4)).isEmpty();
            assertThat(issue(descents, 5)).isEmpty();
        }
        try (Descents restarted = open()) {
            assertThat(restarted.size()).as("those before the failure, too").isEqualTo(4);
        }
    }

    @Test
    void nothingIsHandedOutWhenLinesWereLost() throws IOException {
        try (Descents descents = open()) {
            issue(descents, 2);
            failing.set(true);
            assertThatThrownBy(() -> issue(descents, 3)).hasMessageContaining("Input/output error");
            failing.set(false);
            String text = Files.readString(file(), StandardCharsets.ISO_8859_1);
            Files.writeString(file(), text.substring(0, text.length() - 4) + "\0\0\0\n", StandardCharsets.ISO_8859_1);

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> issue(descents, 4)).hasMessageContaining("WEFT-C093");
            }
        }
    }
}
