package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineLogTest {

    private static final String LINE = "{\"time\":\"2026-01-01T00:00:00Z\",\"level\":\"warn\",\"logger\":\"a.B\","
            + "\"message\":\"may have few\",\"files\":200}";

    @TempDir
    Path folder;

    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Test
    void keepsTheSidecarsLogOutOfWhatTheCommandSaysOnATerminal() throws Exception {
        MachineLog log = log(MachineLog.Form.FILE);
        assertThat(run(log, "echo '" + LINE + "'; echo broken >&2").waitFor()).isZero();
        assertThat(Files.readString(log.file().orElseThrow())).isEqualTo(LINE + "\nbroken\n");
        assertThat(log.whereToLook()).containsExactly("its log ends with", "  WARN may have few files=200", "  broken");
        assertThat(told).isEmpty();
    }

    @Test
    void showsTheLastLinesOfALongOneOnly() throws Exception {
        MachineLog log = log(MachineLog.Form.FILE);
        Files.writeString(log.file().orElseThrow(), "first\n" + "more\n".repeat(9) + "last\n");
        assertThat(log.whereToLook()).hasSize(11).doesNotContain("  first").endsWith("  last");
    }

    @Test
    void saysItInWordsElsewhere() throws Exception {
        MachineLog log = log(MachineLog.Form.TEXT);
        assertThat(run(log, "echo '" + LINE + "'; echo broken >&2").waitFor()).isZero();
        assertThat(log.whereToLook()).containsExactly("its log, above, says why");
        assertThat(told).containsExactly("WARN may have few files=200", "broken");
        assertThat(log.file()).isEmpty();
    }

    @Test
    void leavesItAsItIsForAProgramThatReadsIt() throws Exception {
        ProcessBuilder program = new ProcessBuilder(List.of("true"));
        MachineLog log = log(MachineLog.Form.JSON);
        assertThat(log.start(program).waitFor()).isZero();
        assertThat(program.redirectError()).isEqualTo(ProcessBuilder.Redirect.INHERIT);
        assertThat(log.whereToLook()).containsExactly("its log, above, says why");
        assertThat(told).isEmpty();
    }

    private MachineLog log(MachineLog.Form form) {
        return new MachineLog(form, folder, told::add);
    }

    private static Process run(MachineLog log, String script) throws Exception {
        return log.start(new ProcessBuilder("sh", "-c", script));
    }
}
