package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Load;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults at random, one after the other, while calls are under way. Nothing is readable on the wire, nobody is admitted whom policy
 * refuses, no call between known workloads fails but those whose process was hit, and all is well again in bounded time.
 *
 * <p>{@code make chaos SECONDS=600 SEED=7} runs it for longer, or again with the seed that a former run printed.
 */
final class ChaosTest {

    /** The same in every run of all tests, so that a failure is of what was changed; {@code make chaos} takes another each time. */
    private static final long SEED = Long.getLong("weft.chaos.seed", 21);

    private static final Duration FOR = Duration.ofSeconds(Long.getLong("weft.chaos.seconds", 45));

    @Test
    void whatMustHoldHoldsThroughFaultsUnderLoad(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        System.out.println("chaos: seed " + SEED + ", for " + FOR.toSeconds() + " s");
        try (Field field = Field.start(directory)) {
            Schedule schedule = new Schedule(faults(field), SEED);
            field.assertTheWiretapReads();
            long end = System.nanoTime() + FOR.toNanos();
            do {
                go(field, schedule.next());
            } while (System.nanoTime() < end);
        }
    }

    /** Those that are wanted, without those that this machine lacks something for. */
    private static List<Fault> faults(Field field) {
        String only = System.getProperty("weft.chaos.only", "");
        List<Fault> wanted = only.isEmpty()
                ? List.of(Fault.values())
                : Stream.of(only.split(",", -1)).map(Fault::valueOf).toList();
        wanted.forEach(fault ->
                fault.missing(field).ifPresent(why -> System.out.println("chaos: without " + fault + ": " + why)));
        return wanted.stream().filter(fault -> fault.missing(field).isEmpty()).toList();
    }

    private static void go(Field field, Schedule.Step step) throws Exception {
        Load.Seen before = field.calls();
        long start = System.nanoTime();
        try {
            step.fault().strike(field, step.severity());
            field.holdFor(step.lasts());
            step.fault().heal(field);
            field.wellAgain();
            field.assertInvariants();
            if (!step.fault().hitsCalls()) {
                Load.Seen after = field.calls();
                assertThat(after.failed()).as(after.reason()).isEqualTo(before.failed());
                assertThat(after.broken()).as("connections that stay").isEqualTo(before.broken());
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "%s for %s, severity %.2f, seed %d: %s%n%s"
                            .formatted(
                                    step.fault(),
                                    step.lasts(),
                                    step.severity(),
                                    SEED,
                                    e.getMessage(),
                                    field.lastWords()),
                    e);
        }
        System.out.printf(
                "chaos: %s for %d ms, severity %.2f, well again %d ms after its start%n",
                step.fault(),
                step.lasts().toMillis(),
                step.severity(),
                Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    @Test
    void aSeedReplaysItsScheduleAndARoundHasEveryFault() {
        Set<Fault> all = Set.of(Fault.values());
        List<Schedule.Step> first = steps(42).toList();
        assertThat(steps(42).toList()).isEqualTo(first).isNotEqualTo(steps(43).toList());
        assertThat(new HashSet<>(first.stream().map(Schedule.Step::fault).toList()))
                .isEqualTo(all);
    }

    private static Stream<Schedule.Step> steps(long seed) {
        Schedule schedule = new Schedule(List.of(Fault.values()), seed);
        return IntStream.range(0, Fault.values().length).mapToObj(_ -> schedule.next());
    }
}
