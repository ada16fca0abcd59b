package dev.weft.bench.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcParsingTest {
    private static final String ROLLUP = """
            55d0c0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]
            Rss:               80212 kB
            Pss:               61004 kB
            Pss_Dirty:         50000 kB
            Anonymous:         55400 kB
            """;

    @Test
    void machineCpuCountsAllButIdleAndDiskWaitAsBusy() {
        MachineCpu cpu = MachineCpu.parse("cpu  100 1 20 5000 300 4 5 6 70 8\ncpu0 1 2 3 4\nintr 9\n");

        assertThat(cpu).isEqualTo(new MachineCpu(100 + 1 + 20 + 4 + 5 + 6, 5000 + 300));
    }

    @Test
    void machineCpuRefusesWhatIsNotTheTotal() {
        assertThatThrownBy(() -> MachineCpu.parse("cpu0 1 2 3 4 5 6 7 8"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpu0")
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> MachineCpu.parse("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void processStatSurvivesAnyName() {
        ProcessStat stat = ProcessStat.parse(
                "42 (a) b (c) 7) S 1 42 42 0 -1 4194560 1 0 0 0 250 125 30 10 20 0 3 0 98765 1000 20 18446744073709551615 0\n");

        assertThat(stat).isEqualTo(new ProcessStat(42, 1, "a) b (c) 7", 375, 40, 98_765));
    }

    @Test
    void processStatRefusesWhatIsCutOff() {
        assertThatThrownBy(() -> ProcessStat.parse("42 (java) S 1 42"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 fields");
        assertThatThrownBy(() -> ProcessStat.parse("42 java S")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memoryTakesTheThreeFigures() {
        assertThat(Memory.parse(ROLLUP)).isEqualTo(new Memory(80_212, 61_004, 55_400));
    }

    @Test
    void memoryRefusesAMissingFigureAndAnotherUnit() {
        assertThatThrownBy(() -> Memory.parse(ROLLUP.replace("Anonymous:", "Other:")))
                .hasMessageContaining("no line 'Anonymous:'");
        assertThatThrownBy(() -> Memory.parse(ROLLUP.replace("80212 kB", "80212 MB")))
                .hasMessageContaining("expected: Rss: NUMBER kB");
    }

    @Test
    void treeHoldsRootsAndAllThatDescendsFromThem() {
        List<ProcessStat> processes =
                List.of(process(5, 4), process(4, 3), process(3, 1), process(6, 1), process(7, 6), process(8, 9));

        assertThat(ProcFiles.tree(List.of(3, 9), processes)).containsExactlyInAnyOrder(3, 4, 5, 8, 9);
    }

    @Test
    void snapshotsTellOwnFromForeignCpu() {
        long second = 1_000_000_000L;
        CpuSnapshot before = new CpuSnapshot(0, 1_000, 500, 100);
        CpuSnapshot after = new CpuSnapshot(2 * second, 1_350, 800, 290);

        assertThat(after.secondsSince(before)).isEqualTo(2.0);
        assertThat(after.proxySecondsSince(before)).isEqualTo(1.9);
        assertThat(after.foreignCoresSince(before)).isEqualTo(0.25);
    }

    @Test
    void processesAreReadFromTheFolderAndThoseGoneLeftOut(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("12"));
        Files.createDirectories(root.resolve("13"));
        Files.writeString(root.resolve("12/stat"), "12 (nginx) S 1 0 0 0 0 0 0 0 0 0 1 2 3 4 0 0 0 0 55 0 0\n");
        Files.writeString(root.resolve("12/cmdline"), "nginx\0-g\0daemon off;\0");
        ProcFiles proc = new ProcFiles(root);

        assertThat(proc.processes()).containsExactly(new ProcessStat(12, 1, "nginx", 3, 7, 55));
        assertThat(proc.arguments(12)).containsExactly("nginx", "-g", "daemon off;");
        assertThat(proc.arguments(13)).isEmpty();
        assertThatThrownBy(() -> proc.memory(13)).hasMessage("process 13: gone (expected: running)");
    }

    private static ProcessStat process(int pid, int parent) {
        return new ProcessStat(pid, parent, "p" + pid, 0, 0, 0);
    }
}
