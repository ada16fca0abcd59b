package dev.weft.testing.hang;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of tests that hangs ends, and says where; others are left alone. */
class HangWatchTest {
    @TempDir
    Path directory;

    @Test
    void aRunThatHangsEndsAndSaysWhere() throws Exception {
        Process run = run(HangingRun.Endless.class, 1);
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(1);
        List<Path> dumps = dumps();
        assertThat(dumps).hasSize(1);
        assertThat(Files.readString(dumps.getFirst()))
                .contains("Endless.waitForEver", "virtual")
                .endsWith("[method:neverEnds()]\n");
        assertThat(Files.readString(directory.resolve("output")))
                .contains("A test hangs: ", "neverEnds", dumps.getFirst().toString());
    }

    @Test
    void aRunThatEndsIsLeftAlone() throws Exception {
        Process run = run(HangingRun.Brief.class, 30);
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isZero();
        assertThat(dumps()).isEmpty();
    }

    @Test
    void aRunWithoutTimeoutsMayTakeAsLongAsItWants() {
        assertThat(HangWatch.limited("disabled_on_debug", "[-Xmx1g]")).isTrue();
        assertThat(HangWatch.limited("", "[]")).isTrue();
        assertThat(HangWatch.limited("disabled", "[]")).isFalse();
        assertThat(HangWatch.limited("disabled_on_debug", "[-agentlib:jdwp=transport=dt_socket]"))
                .isFalse();
    }

    private Process run(Class<?> test, int seconds) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dweft.test.hang.seconds=" + seconds,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HangingRun.class.getName(),
                        test.getName(),
                        "enabled")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private List<Path> dumps() throws IOException {
        Path reports = directory.resolve("target").resolve("surefire-reports");
        if (!Files.exists(reports)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(reports)) {
            return files.toList();
        }
    }
}
