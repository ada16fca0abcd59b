package dev.weft.local.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How the JVMs of sidecars and of the control plane are set up; the only place that says so. */
final class SidecarJvm {

    private SidecarJvm() {}

    /** Flags of a sidecar: small when idle, fast when busy. */
    static List<String> sidecar(Path temporary) {
        return List.of(
                // One collector thread and no remembered sets: the live heap is a few MiB, pauses are about 1 ms.
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx64m",
                // What only a cache holds goes when it was of no use for a second: certificates, which would grow old
                // else.
                "-XX:SoftRefLRUPolicyMSPerMB=20",
                // A connection's buffers are off the heap; this is the bound of them all together.
                "-XX:MaxDirectMemorySize=128m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:ReservedCodeCacheSize=48m",
                // Or a collection of everything comes when 7 MiB of code have been compiled.
                "-XX:SweeperThreshold=40",
                // Most of a sidecar's time is the kernel's. What the second compiler gains by inlining more than this
                // is
                // less than what it takes for compiling it, on the same core.
                "-XX:MaxInlineLevel=9",
                "-XX:FreqInlineSize=150",
                "-XX:InlineSmallCode=1200",
                "-XX:MaxMetaspaceSize=64m",
                "-Xss512k",
                // A sidecar that runs out of memory is restarted rather than left half alive; it fails closed
                // meanwhile.
                "-XX:+ExitOnOutOfMemoryError",
                // Or each JVM leaves a file in /tmp when it is killed.
                "-XX:-UsePerfData",
                // Memory that the compilers are done with goes back to the kernel.
                "-XX:TrimNativeHeapInterval=1000",
                // The class cache is mapped where it was made for, so its pages are shared and need no patching.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0",
                // Chunks of 64 KiB in one arena: one event loop is the only one to allocate.
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.allocator.maxOrder=3",
                "-Dio.netty.allocator.numDirectArenas=1",
                "-Dio.netty.allocator.numHeapArenas=0",
                // Or the flight recorder's classes are loaded for events that no one records.
                "-Dio.netty.jfr.enabled=false",
                // The sampled records of the leak detector cost 10 % and more; the tests run with it.
                "-Dio.netty.leakDetection.level=disabled",
                "--enable-native-access=ALL-UNNAMED",
                // Netty reaches memory without a second check of bounds, and makes buffers that are not zeroed first.
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary);
    }

    /** Flags of the control plane: idle for most of the time, so the first compiler is enough. */
    static List<String> control(Path temporary) {
        return List.of(
                "-XX:+UseSerialGC",
                // Or the first collection comes after a sixty-fourth of the machine's memory.
                "-Xms16m",
                "-Xmx256m",
                "-XX:SoftRefLRUPolicyMSPerMB=5",
                "-XX:TieredStopAtLevel=1",
                "-XX:TrimNativeHeapInterval=1000",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                // Netty reaches memory without a second check of bounds, and makes buffers that are not zeroed first.
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary);
    }

    /** Flags of a program that runs for a moment: the first compiler, the smallest collector. */
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

    /** Flags of a sidecar beyond {@link #sidecar}, from the environment of the command that started the mesh. */
    static List<String> chosen(Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("WEFT_SIDECAR_JVM", "").split("\\s+"))
                .filter(flag -> !flag.isEmpty())
                .toList();
    }

    /** Flags to start from a class cache; a JVM that it was not made for goes on without, and says so. */
    static List<String> from(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr");
    }

    /** Flags to take native libraries from a folder, where all processes share their pages, and not from the jars. */
    static List<String> with(Path libraries) {
        return List.of("-Djava.library.path=" + libraries);
    }

    /** Environment of both: one malloc arena, or each thread that ever allocates keeps one of its own. */
    static Map<String, String> environment() {
        return Map.of("MALLOC_ARENA_MAX", "1");
    }
}
