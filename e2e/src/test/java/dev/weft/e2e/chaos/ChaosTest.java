package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.e2e.chaos.Schedule.Step;
import dev.weft.e2e.mesh.Load;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults at random, one after the other and two at once, while calls are under way. Nothing is readable on the wire, nobody is
 * admitted whom policy refuses, no call between known workloads fails but those whose process was hit, and all is well again in
 * bounded time.
 *
 * <p>{@code make chaos SECONDS=600 SEED=7} runs it for longer, or again with the seed that a former run printed.
 */
final class ChaosTest {

    /** Of the day, so that each day's runs are alike and the days are not; {@code make chaos} takes another each time. */
    private final long seed =
            Long.getLong("weft.chaos.seed", LocalDate.now(Clock.systemUTC()).toEpochDay());

    private static final Duration FOR = Duration.ofSeconds(Long.getLong("weft.chaos.seconds", 45));
    private static final String ONLY = System.getProperty("weft.chaos.only", "");
    /** One that is to have some of each kind nevertheless. */
    private static final boolean SHORT = FOR.compareTo(Duration.ofMinutes(2)) < 0;

    private static final Duration LONGEST = Duration.ofSeconds(SHORT ? 2 : 8);

    @Test
    void whatMustHoldHoldsThroughFaultsUnderLoad(@TempDir Path directory) throws Exception {
        readable(directory);
        String replay =
                "make chaos SECONDS=" + FOR.toSeconds() + " SEED=" + seed + (ONLY.isEmpty() ? "" : " ONLY=" + ONLY);
        System.out.println("chaos: " + replay);
        List<Step> steps = new ArrayList<>();
        try (Field field = Field.start(directory)) {
            Schedule schedule = new Schedule(faults(field.disk(), field.clock()), LONGEST, seed);
            field.assertTheWiretapReads();
            long end = System.nanoTime() + FOR.toNanos();
            do {
                steps.add(schedule.next());
                go(field, steps.getLast());
            } while (System.nanoTime() < end);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("again by: %s%nsteps:%n%s%n%s".formatted(replay, lines(steps), e.getMessage()), e);
        }
    }

    private static String lines(List<Step> steps) {
        return steps.stream().map(step -> "  " + step).collect(Collectors.joining("\n"));
    }

    /**
     * Those that are wanted, without those that this machine lacks something for, which is the matter of a test of its own. A short
     * run has no rotations, each of which takes as long as all of it.
     */
    private static List<Fault> faults(Disk disk, ControlClock clock) {
        Stream<Fault> wanted = ONLY.isEmpty()
                ? Stream.of(Fault.values()).filter(fault -> !SHORT || fault != Fault.TRUST_ROTATED)
                : Stream.of(ONLY.split(",", -1)).map(Fault::valueOf);
        return wanted.filter(fault -> fault.missing(disk, clock).isEmpty()).toList();
    }

    private static void go(Field field, Step step) throws Exception {
        Load.Seen before = field.traffic().calls();
        long start = System.nanoTime();
        try {
            strikeAndHeal(field, step);
            field.wellAgain();
            field.assertInvariants();
            if (!step.hitsCalls()) {
                Load.Seen after = field.traffic().calls();
                assertThat(after.failed()).as(after.reason()).isEqualTo(before.failed());
                assertThat(after.broken()).as("connections that stay").isEqualTo(before.broken());
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("%s: %s%n%s".formatted(step, e.getMessage(), field.lastWords()), e);
        }
        System.out.printf(
                "chaos: %s, well again %d ms after its start%n",
                step, Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    /** Damage ends before changes are asked whether they are in force, and these are taken back last. */
    private static void strikeAndHeal(Field field, Step step) throws Exception {
        boolean alone = step.faults().size() == 1;
        List<Fault> later = new ArrayList<>();
        for (Fault fault : step.faults()) {
            fault.strike(field, step.severity());
            if (alone || (fault == step.faults().getFirst() && fault != Fault.TRUST_ROTATED)) {
                fault.hold(field);
            } else if (fault.part().isChange()) {
                later.add(fault);
            }
        }
        field.holdFor(step.lasts());
        for (Fault damage : step.faults().reversed()) {
            if (!damage.part().isChange()) {
                damage.heal(field);
            }
        }
        for (Fault change : later) {
            change.hold(field);
        }
        for (Fault change : step.faults().reversed()) {
            if (change.part().isChange()) {
                change.heal(field);
            }
        }
    }

    /** One that cannot is among the tests that were skipped, with the reason. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void eachFaultCanStrikeOnThisMachine(Fault fault, @TempDir Path directory) throws Exception {
        readable(directory);
        try (Disk disk = Disk.mount(directory)) {
            assumeThat(fault.missing(disk, ControlClock.in(directory))).isEmpty();
        }
    }

    private static void readable(Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aSeedReplaysItsScheduleAndARoundHasEveryFault() {
        List<Step> first = steps(42);
        assertThat(steps(42)).isEqualTo(first).isNotEqualTo(steps(43));
        List<Fault> round = first.stream()
                .flatMap(step -> step.faults().stream())
                .limit(Fault.values().length)
                .toList();
        assertThat(round).containsExactlyInAnyOrder(Fault.values());
    }

    @Test
    void soonEachPartIsHitAndTwoAtOnceGoTogether() {
        for (long seed = 0; seed < 200; seed++) {
            List<Step> steps = steps(seed);
            Set<Fault.Part> soon = steps.stream()
                    .flatMap(step -> step.faults().stream())
                    .limit(Fault.Part.values().length + 1)
                    .map(Fault::part)
                    .collect(Collectors.toSet());
            assertThat(soon).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(Fault.Part.values().length - 1);
            assertThat(steps).as("seed %d", seed).anyMatch(step -> step.faults().size() > 1);
            for (Step step : steps) {
                Fault one = step.faults().getFirst();
                Fault other = step.faults().getLast();
                assertThat(one == other || one.part().goesWith(other.part()))
                        .as(step.toString())
                        .isTrue();
                assertThat(one != other && other.part() == Fault.Part.TRUST)
                        .as(step.toString())
                        .isFalse();
            }
        }
    }

    private static List<Step> steps(long seed) {
        Schedule schedule = new Schedule(List.of(Fault.values()), Duration.ofSeconds(8), seed);
        return IntStream.range(0, Fault.values().length)
                .mapToObj(_ -> schedule.next())
                .toList();
    }
}
