package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that fails is run again, and is reported once. */
final class TaskThreadTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final AtomicInteger runs = new AtomicInteger();
    private Path events;
    private TaskThread thread;

    @BeforeEach
    void start() {
        events = directory.resolve("events");
        thread = new TaskThread(new Events(events), Duration.ofMillis(10));
    }

    @AfterEach
    void close() {
        thread.close();
    }

    private void failsBelow(int successful) throws IOException {
        if (runs.incrementAndGet() < successful) {
            throw new IOException("No space left on device");
        }
    }

    private long lines(String text) throws IOException {
        return Files.exists(events)
                ? Files.readAllLines(events).stream()
                        .filter(line -> line.contains(text))
                        .count()
                : 0;
    }

    @Test
    void aTaskThatFailsIsRunUntilItSucceeds() throws Exception {
        thread.submit("reload", Duration.ZERO, () -> failsBelow(4));
        Waiting.until(() -> lines("reload succeeded") == 1);
        assertThat(runs).hasValue(4);
        assertThat(lines("reload failed: No space left on device")).isEqualTo(1);
    }

    @Test
    void aTaskMayFailForHours() throws Exception {
        try (TaskThread quick = new TaskThread(new Events(events), Duration.ZERO)) {
            quick.submit("reload", Duration.ZERO, () -> failsBelow(50_000));
            Waiting.until(() -> lines("reload succeeded") == 1);
        }
    }

    @Test
    void manyFailuresOfATaskWaitForOneRun() throws Exception {
        for (int i = 0; i < 50; i++) {
            thread.submit("reload", Duration.ZERO, () -> failsBelow(100));
        }
        Waiting.until(() -> lines("reload succeeded") == 1);
        assertThat(runs).hasValue(100);
    }

    @Test
    void aRepeatedTaskGoesOnAfterAFailure() throws Exception {
        thread.repeat("tokens", () -> failsBelow(4));
        Waiting.until(() -> runs.get() > 5);
        assertThat(lines("tokens failed")).isEqualTo(1);
        assertThat(lines("tokens succeeded")).isEqualTo(1);
    }

    @Test
    void nothingRunsAfterTheLastTask() {
        thread.closeWith("stop", runs::incrementAndGet);
        thread.submit("reload", Duration.ZERO, runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }
}
