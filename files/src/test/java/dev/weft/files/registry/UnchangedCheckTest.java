package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnchangedCheckTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aFileIsReadOnceMoreAndThenNoMore() throws IOException {
        Path file = Files.writeString(directory.resolve("mesh.yaml"), "a");
        UnchangedCheck unchanged = new UnchangedCheck();
        assertThat(unchanged.isAsRead(file, 0, false)).as("the first time").isFalse();
        assertThat(unchanged.isAsRead(file, MILLI, false)).as("not settled").isFalse();
        assertThat(unchanged.isAsRead(file, 2 * MILLI, true)).isTrue();
        assertThat(unchanged.isAsRead(file, 2 * SECOND, true)).as("once more").isFalse();
        for (int look = 3; look < 100; look++) {
            assertThat(unchanged.isAsRead(file, look * SECOND, true)).isTrue();
        }
    }

    @Test
    void aFileWhoseTimeIsSetBackIsSeen() throws IOException {
        Path file = Files.writeString(directory.resolve("mesh.yaml"), "a");
        FileTime written = Files.getLastModifiedTime(file);
        Object changed = Files.getAttribute(file, "unix:ctime");
        UnchangedCheck unchanged = new UnchangedCheck();
        assertThat(unchanged.isAsRead(file, 0, true)).isFalse();
        assertThat(unchanged.isAsRead(file, 2 * SECOND, true)).isFalse();

        // The kernel's clock for files goes by ticks.
        Waiting.until(() -> {
            try {
                Files.writeString(file, "b");
                Files.setLastModifiedTime(file, written);
                return !changed.equals(Files.getAttribute(file, "unix:ctime"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(unchanged.isAsRead(file, 3 * SECOND, true)).isFalse();
    }
}
