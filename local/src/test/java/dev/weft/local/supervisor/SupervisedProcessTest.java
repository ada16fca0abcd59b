package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.ProgramSpec;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisedProcessTest {

    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final Semaphore changes = new Semaphore(0);

    @Test
    void startsAgainWhatEndsAndCountsIt() throws Exception {
        SupervisedProcess process = start("echo once; exit 3", _ -> true);
        await(() -> process.status().restarts() >= 2);
        assertThat(process.status().lastExit()).isEqualTo("exit status 3");
        process.stop(GRACE);
        assertThat(process.status().state()).isEqualTo(ProcessState.ENDED);
        assertThat(Files.readString(directory.resolve("log"))).startsWith("once\nonce\n");
    }

    @Test
    void startsAgainAtOnceTheFirstTimeAndWaitsLongerEachTimeAfterIt() throws Exception {
        Duration hour = Duration.ofHours(1);
        SupervisedProcess process = start("exit 3", _ -> true, hour);
        await(() -> said().contains("starts again in 30.0 s"));
        process.stop(GRACE);
        assertThat(said()).containsOnlyOnce("starts again at once").contains("starts again in 30.0 s");
    }

    private String said() {
        try {
            Path events = directory.resolve("events");
            return Files.exists(events) ? Files.readString(events) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void startsNothingAgainThatItsPolicyLetsEnd() throws Exception {
        SupervisedProcess process = start("exit 0", ProgramSpec.Restart.ON_FAILURE::after);
        await(() -> process.status().state() == ProcessState.ENDED);
        assertThat(process.status().restarts()).isZero();
        assertThat(process.status().lastExit()).isEqualTo("exit status 0");
    }

    @Test
    void killsTheWholeGroupOfAProcessThatDoesNotEnd() throws Exception {
        SupervisedProcess process = start("trap '' TERM; sleep 1000 & echo $!; while :; do wait; done", _ -> true);
        Path log = directory.resolve("log");
        await(() -> log.toFile().length() > 0);
        long child = Long.parseLong(Files.readString(log).strip());
        process.stop(Duration.ofMillis(100));
        assertThat(process.status().lastExit()).isEqualTo("signal 9");
        await(() -> ProcessRef.of(child).isEmpty());
    }

    @Test
    void killsAlsoAProgramWhoseStartWasUnderWayWhenItsTimeWasOver() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        SupervisedProcess process = new SupervisedProcess(
                "test",
                () -> {
                    begun.countDown();
                    Waiting.until("its time is over", () -> said().contains("did not end in time and is killed"));
                    return Launched.plain(new ProcessBuilder("setsid", "sh", "-c", "trap '' TERM; sleep 1000"));
                },
                _ -> true,
                Duration.ofMillis(10),
                new RotatingLog(directory.resolve("log")),
                new Events(directory.resolve("events")),
                changes::release);
        process.start();
        begun.await();
        process.stop(Duration.ofMillis(1));
        assertThat(process.status().state()).isEqualTo(ProcessState.ENDED);
    }

    @Test
    void countsAProgramThatIsNotThereAsAnEnd() throws Exception {
        SupervisedProcess process = new SupervisedProcess(
                "absent",
                () -> Launched.plain(new ProcessBuilder("/no/such/program")),
                _ -> false,
                Duration.ofMillis(10),
                new RotatingLog(directory.resolve("log")),
                new Events(directory.resolve("events")),
                changes::release);
        process.start();
        await(() -> process.status().state() == ProcessState.ENDED);
        assertThat(process.status().lastExit()).isEqualTo("exit status 127");
        assertThat(Files.readString(directory.resolve("events"))).contains("absent: cannot be started");
    }

    /** Such as a token that cannot be written, as the disk is full. */
    @Test
    void startsAgainWhatCouldNotBePreparedForWhateverReason() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        SupervisedProcess process = new SupervisedProcess(
                "test",
                () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new UncheckedIOException(new IOException("no space left"));
                    }
                    return Launched.plain(new ProcessBuilder("setsid", "sleep", "1000"));
                },
                _ -> true,
                Duration.ofMillis(10),
                new RotatingLog(directory.resolve("log")),
                new Events(directory.resolve("events")),
                changes::release);
        process.start();
        await(process::running);
        process.stop(GRACE);
        assertThat(attempts).hasValue(3);
        assertThat(said()).contains("test: cannot be started: ", "no space left");
    }

    private SupervisedProcess start(String script, IntPredicate restart) {
        return start(script, restart, Duration.ofMillis(10));
    }

    private SupervisedProcess start(String script, IntPredicate restart, Duration firstBackoff) {
        SupervisedProcess process = new SupervisedProcess(
                "test",
                () -> Launched.plain(new ProcessBuilder("setsid", "sh", "-c", script)),
                restart,
                firstBackoff,
                new RotatingLog(directory.resolve("log")),
                new Events(directory.resolve("events")),
                changes::release);
        process.start();
        return process;
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            boolean _ = changes.tryAcquire(10, TimeUnit.MILLISECONDS);
        }
    }
}
