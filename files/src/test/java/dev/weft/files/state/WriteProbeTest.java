package dev.weft.files.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WriteProbeTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void leavesNothingInADirectoryThatCanBeWritten() {
        WriteProbe probe = new WriteProbe(directory);
        probe.check();
        assertThat(probe.problem()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysThatTheDirectoryCannotBeWrittenUntilItCan() throws IOException {
        WriteProbe probe = new WriteProbe(directory);
        Path inTheWay =
                Files.createDirectories(directory.resolve(WriteProbe.FILE).resolve("for-root-too"));
        probe.check();
        assertThat(probe.problem()).get().asString().startsWith("WEFT-C135: ").contains(directory.toString());

        Files.delete(inTheWay);
        Files.delete(directory.resolve(WriteProbe.FILE));
        probe.check();
        assertThat(probe.problem()).isEmpty();
    }

    @Test
    void makesNoDirectoryThatIsGone() {
        WriteProbe probe = new WriteProbe(directory.resolve("gone"));
        probe.check();
        assertThat(probe.problem()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }
}
