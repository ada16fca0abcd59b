package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchedFileTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void readsAFileOfOperatorsThatLooksTheSameOnceMore() throws IOException {
        Path file = directory.resolve("revocations.yaml");
        Files.writeString(file, revocation("a"));
        FileTime written = Files.getLastModifiedTime(file);
        WatchedFile watched = new WatchedFile(file, true);
        assertThat(watched.check(WatchTimings.USUAL, 0, null)).isTrue();

        Files.writeString(file, revocation("b"));
        Files.setLastModifiedTime(file, written);
        assertThat(watched.check(WatchTimings.USUAL, MILLI, null)
                        || watched.check(WatchTimings.USUAL, 2 * SECOND, null))
                .isTrue();
        assertThat(watched.latest().objects().revocations()).containsOnlyKeys("b");
    }

    @Test
    void seesAChangeOfOtherFilesWhoseTimeWasSetBack() throws IOException {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, revocation("a"));
        FileTime written = Files.getLastModifiedTime(file);
        WatchedFile watched = new WatchedFile(file, false);
        assertThat(watched.check(WatchTimings.USUAL, 0, null)).isTrue();

        Files.writeString(file, revocation("b"));
        Files.setLastModifiedTime(file, written);
        assertThat(watched.check(WatchTimings.USUAL, 2 * MILLI, null))
                .as("not settled")
                .isFalse();
        assertThat(watched.check(WatchTimings.USUAL, 60 * SECOND, null)
                        || watched.check(WatchTimings.USUAL, 61 * SECOND, null))
                .isTrue();
    }

    private static String revocation(String name) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: %s}
                spec: {certificate: {serialNumber: "ff"}}
                """.formatted(name);
    }
}
