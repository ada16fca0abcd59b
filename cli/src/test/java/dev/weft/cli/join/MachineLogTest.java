package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineLogTest {

    @TempDir
    Path folder;

    @Test
    void keepsTheSidecarsLogOutOfWhatTheCommandSays() throws Exception {
        MachineLog log = MachineLog.of(true, folder);
        Process sidecar = log.of(new ProcessBuilder("sh", "-c", "echo '{\"level\":\"info\"}'; echo broken >&2"))
                .start();
        assertThat(sidecar.waitFor()).isZero();
        assertThat(Files.readString(log.file().orElseThrow())).isEqualTo("{\"level\":\"info\"}\nbroken\n");
        assertThat(log.whereToLook()).containsExactly("its log ends with", "  {\"level\":\"info\"}", "  broken");
    }

    @Test
    void showsTheLastLinesOfALongOneOnly() throws Exception {
        MachineLog log = MachineLog.of(true, folder);
        Files.writeString(log.file().orElseThrow(), "first\n" + "more\n".repeat(9) + "last\n");
        assertThat(log.whereToLook()).hasSize(11).doesNotContain("  first").endsWith("  last");
    }

    @Test
    void leavesItAmongTheCommandsWordsWhereNobodyReadsAlong() {
        MachineLog log = MachineLog.of(false, folder);
        assertThat(log.file()).isEmpty();
        assertThat(log.of(new ProcessBuilder("true")).redirectOutput()).isEqualTo(ProcessBuilder.Redirect.INHERIT);
        assertThat(log.whereToLook()).containsExactly("its log, above, says why");
    }
}
