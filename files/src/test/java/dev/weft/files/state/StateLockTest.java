package dev.weft.files.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateLockTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    private Path directory;

    @BeforeEach
    void name() {
        directory = parent.resolve("state");
    }

    @Test
    void oneProcessHasTheDirectoryAtATime() throws IOException {
        try (StateLock held = StateLock.take(directory)) {
            assertThat(held.problems()).isEmpty();
            assertThatThrownBy(() -> StateLock.take(directory))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("WEFT-C095")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        StateLock.take(directory).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("lock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void noticesThatTheDirectoryIsDeleted() throws IOException {
        try (StateLock held = StateLock.take(directory)) {
            Files.move(directory, parent.resolve("elsewhere"));
            assertThat(held.problems()).singleElement().asString().contains("WEFT-C096", "was deleted");
            StateLock.take(directory).close();
            assertThat(held.problems()).singleElement().asString().contains("was replaced");
        }
    }

    @Test
    void noticesThatAFileIsDeletedWhichMustBeThere() throws IOException {
        try (StateLock held = StateLock.take(directory)) {
            SealedFile file = SealedFile.required(directory, "bundle-sequence", 100, PrivateFiles.PUBLIC);
            file.write("1\n");
            assertThat(held.problems()).isEmpty();
            Files.delete(file.path());
            assertThat(held.problems()).singleElement().asString().contains("bundle-sequence was deleted");
        }
    }
}
