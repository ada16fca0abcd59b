package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Time is a parameter, and no one sleeps, but for the classes named here, each group with its reason. */
final class ClocksTest {

    private static final Pattern WALL_CLOCK = Pattern.compile(
            "System\\.currentTimeMillis\\(|(Instant|LocalDate|LocalDateTime|OffsetDateTime|ZonedDateTime)\\.now\\(\\)|new"
                    + " Date\\(\\)|Clock\\.system");
    private static final Pattern MONOTONIC = Pattern.compile("System\\.nanoTime\\(");
    private static final Pattern SLEEP =
            Pattern.compile("(Thread|NANOSECONDS|MICROSECONDS|MILLISECONDS|SECONDS)\\.sleep\\(");

    private static final Named READ_THE_WALL_CLOCK = new Named(Map.of(
            "hands the clock to all that it wires",
            Set.of(
                    "ControlProgram",
                    "KubernetesHome",
                    "Main",
                    "MeshSupervision",
                    "ProxyMain",
                    "CacheTraining",
                    "RehearsalMain"),
            "says when something happened, and decides nothing by it",
            Set.of(
                    "BenchMain",
                    "CodecBench",
                    "Events",
                    "IssuingBench",
                    "MeshLauncher",
                    "Pod",
                    "RegistryBench",
                    "RotationChapter",
                    "StormBench",
                    "SupervisedProcess",
                    "Supervisor"),
            "judges certificates by the time of the moment, on a machine of its own",
            Set.of("ControlPlaneUnderTest", "ControlUnderChange", "IssuingWork", "LastingRefusal", "StormSidecar"),
            "is the clock of a test",
            Set.of("HurriedClock", "MovedClock")));

    private static final Named READ_THE_MONOTONIC_CLOCK = new Named(Map.of(
            "measures what the bench is about",
            Set.of(
                    "Comparison",
                    "ConnectingLoad",
                    "CpuSnapshot",
                    "Listening",
                    "Load",
                    "OpeningLoad",
                    "RegistryRun",
                    "SaturatingLoad",
                    "ScheduledLoad",
                    "StormCount"),
            "says how long something took",
            Set.of(
                    "BulkTransfer",
                    "CallerRequest",
                    "CopiedRequest",
                    "DemoCommand",
                    "FileRegistry",
                    "InboundRequest",
                    "PolicyChapter",
                    "Progress",
                    "Session",
                    "WriteProbe"),
            "waits for a process, a peer or a person, for so long at most",
            Set.of(
                    "Acknowledgements",
                    "ControlClient",
                    "ControlPlaneUnderTest",
                    "HttpOverUnixSocket",
                    "HttpsFetcher",
                    "KeeperProcess",
                    "MeshLinks",
                    "CacheTraining",
                    "RestartCommand",
                    "RotationChapter",
                    "RotationRun",
                    "Rotations",
                    "Sessions",
                    "StartOrder",
                    "StartWatch",
                    "Waiting",
                    "WorkloadDrain"),
            "judges by how much time has passed",
            Set.of(
                    "Application",
                    "Attempts",
                    "Balancer",
                    "ByteCarrier",
                    "CallerConnection",
                    "ClientTunnel",
                    "ConnectionGate",
                    "Copy",
                    "IssuingQueue",
                    "HealthObserver",
                    "MissingEntries",
                    "OutboundRequest",
                    "OutboundStream",
                    "PeerTunnels",
                    "ProofRenewal",
                    "ServerTunnel",
                    "StateIndex",
                    "SupervisedProcess",
                    "TriedEndpoints")));

    private static final Named SLEEP_AT_TIMES = new Named(Map.of(
            "asks again and again what tells no one when it changes: another process, or the kernel",
            Set.of(
                    "KeeperProcess",
                    "Launched",
                    "LogsCommand",
                    "MeshLinks",
                    "OptionalKinds",
                    "RestartCommand",
                    "RotationChapter",
                    "Sessions",
                    "StartOrder",
                    "WatchOption"),
            "draws so many times a second",
            Set.of("Board", "Progress", "RotationProgress", "TopCommand"),
            "gathers what comes in the meantime",
            Set.of("AccessLog", "Acknowledgements", "PeerStream", "Tracer"),
            "waits until the last session has ended",
            Set.of("WorkloadDrain"),
            "lets what it measures come to rest",
            Set.of("Pause")));

    private static final Named TESTS_THAT_SLEEP =
            new Named(Map.of("is a peer that does not answer for as long as the test goes on", Set.of("Application")));

    @Test
    void theWallClockIsAParameter() {
        READ_THE_WALL_CLOCK.assertAre(found(WALL_CLOCK, Source.main()), "the wall clock is a parameter");
    }

    @Test
    void theMonotonicClockIsReadWhereItIsSaid() {
        READ_THE_MONOTONIC_CLOCK.assertAre(found(MONOTONIC, Source.main()), "no one reads the monotonic clock");
    }

    @Test
    void noOneSleeps() {
        SLEEP_AT_TIMES.assertAre(found(SLEEP, Source.main()), "no one sleeps");
        TESTS_THAT_SLEEP.assertAre(
                found(SLEEP, Source.all().stream().filter(Source::test).toList()), "a test waits on a condition");
    }

    /** The time of an embedded channel goes on with the machine's until the test stops it. */
    @Test
    void aTestStopsTheTimeThatItMoves() {
        assertThat(Source.all().stream()
                        .filter(Source::test)
                        .filter(ClocksTest::movesRunningTime)
                        .map(Source::file))
                .as(
                        "tests that move a channel's time without stopping it: a slow machine passes their limits by itself")
                .isEmpty();
    }

    private static boolean movesRunningTime(Source source) {
        String code = source.code().collect(Collectors.joining("\n"));
        return code.contains(".advanceTimeBy(") && !code.contains(".freezeTime()");
    }

    @Test
    void findsACallAndNoMentionOfOne() {
        Source calls = source("Calls", "        Instant now = Instant.now();");
        Source mentions =
                source("Mentions", "    // Instant.now() would be another", "     * {@code Thread" + ".sleep(1)}");
        assertThat(found(WALL_CLOCK, List.of(calls, mentions))).containsExactly("Calls");
        assertThat(found(SLEEP, List.of(calls, mentions))).isEmpty();
    }

    private static Set<String> found(Pattern call, List<Source> sources) {
        return sources.stream()
                .filter(source ->
                        source.code().anyMatch(line -> call.matcher(line).find()))
                .map(Source::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Source source(String name, String... lines) {
        return new Source(Path.of("module/src/main/java/" + name + ".java"), "module", List.of(lines));
    }
}
