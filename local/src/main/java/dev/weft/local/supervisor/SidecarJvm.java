package dev.weft.local.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The JVM settings of sidecars and of the control plane. This is the only place that defines them. */
final class SidecarJvm {

    /** Percentage of a sidecar's container that is its heap: 64 MiB of the default limit of 160. */
    static final int SIDECAR_HEAP_PERCENT = 40;
    /** Percentage of the control plane's container that is its heap: 256 MiB of the default limit of 512. */
    static final int CONTROL_HEAP_PERCENT = 50;

    private SidecarJvm() {}

    /**
     * Returns the flags for a container: the largest heap is a share of the container's memory limit. With the default
     * limits, the share is the heap of a mesh on one machine. The JVM uses another flag for a small container.
     */
    static List<String> inContainer(List<String> flags, int heapPercent) {
        return flags.stream()
                .flatMap(flag -> flag.startsWith("-Xmx")
                        ? Stream.of("-XX:MinRAMPercentage=" + heapPercent, "-XX:MaxRAMPercentage=" + heapPercent)
                        : Stream.of(flag))
                .toList();
    }

    /** Returns the flags of sidecars and of the control plane, then {@code more}. */
    private static List<String> flags(Path temporary, String... more) {
        List<String> flags = new ArrayList<>(List.of(
                // One collector thread and no remembered sets: the live heap is a few MiB, pauses are about 1 ms.
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                // A program that runs out of memory is restarted rather than left half alive; until then a sidecar
                // fails closed.
                "-XX:+ExitOnOutOfMemoryError",
                // Otherwise each JVM leaves a file in /tmp when it is killed.
                "-XX:-UsePerfData",
                // Memory that the compilers no longer need is returned to the kernel.
                "-XX:TrimNativeHeapInterval=1000",
                // The class cache is mapped at its original address, so its pages are shared and need no patching.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0",
                "--enable-native-access=ALL-UNNAMED",
                // Netty accesses memory without a second bounds check, and creates buffers without zeroing them.
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary));
        flags.addAll(List.of(more));
        return List.copyOf(flags);
    }

    /** Returns the flags of a sidecar: small when idle, fast when busy. */
    static List<String> sidecar(Path temporary) {
        return flags(
                temporary,
                "-Xms8m",
                "-Xmx64m",
                // Softly reachable objects go after about a second without use, with a heap of 64 MiB. Otherwise cached
                // certificates would grow old.
                "-XX:SoftRefLRUPolicyMSPerMB=20",
                // The buffers of connections are off the heap; this limits their total.
                "-XX:MaxDirectMemorySize=128m",
                "-XX:ReservedCodeCacheSize=48m",
                // Otherwise a full collection happens once 7 MiB of code have been compiled.
                "-XX:SweeperThreshold=40",
                // Most of a sidecar's time is spent in the kernel. With more inlining the second compiler would gain
                // less than it costs to compile, on the same core.
                "-XX:MaxInlineLevel=9",
                "-XX:FreqInlineSize=150",
                "-XX:InlineSmallCode=1200",
                "-XX:MaxMetaspaceSize=64m",
                "-Xss512k",
                // Chunks of 64 KiB in one arena: only one event loop allocates.
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.allocator.maxOrder=3",
                "-Dio.netty.allocator.numDirectArenas=1",
                "-Dio.netty.allocator.numHeapArenas=0",
                // Otherwise classes of the flight recorder are loaded for events that are never recorded.
                "-Dio.netty.jfr.enabled=false",
                // The sampled records of the leak detector cost 10 % and more; the tests run with it.
                "-Dio.netty.leakDetection.level=disabled");
    }

    /** Returns the flags of the control plane. It is idle most of the time, so the first compiler is enough. */
    static List<String> control(Path temporary) {
        return flags(
                temporary,
                // Otherwise the first collection happens only after a sixty-fourth of the machine's memory is used.
                "-Xms16m",
                "-Xmx256m",
                "-XX:SoftRefLRUPolicyMSPerMB=5",
                "-XX:TieredStopAtLevel=1");
    }

    /** Returns the flags of a program that runs only briefly: the first compiler, the smallest collector. */
    static List<String> shortLived() {
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:-UsePerfData",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0");
    }

    /** Returns further flags of sidecars, from the environment of the command that started the mesh. */
    static List<String> chosen(Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("WEFT_SIDECAR_JVM", "").split("\\s+"))
                .filter(flag -> !flag.isEmpty())
                .toList();
    }

    /**
     * Returns the flags to start with a class cache. A JVM that does not match the cache runs without it, and logs
     * this.
     */
    static List<String> from(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr");
    }

    /**
     * Returns the flags to load native libraries from a directory, where all processes share their pages, instead of
     * from the jars.
     */
    static List<String> with(Path libraries) {
        return List.of("-Djava.library.path=" + libraries);
    }

    /** Returns the environment of sidecars and of the control plane. With one malloc arena, threads do not each keep an arena of their own. */
    static Map<String, String> environment() {
        return Map.of("MALLOC_ARENA_MAX", "1");
    }
}
