package dev.weft.bench;

import dev.weft.bench.codec.CodecBench;
import dev.weft.bench.codec.CodecFigure;
import dev.weft.bench.issuing.IssuingBench;
import dev.weft.bench.issuing.IssuingFigure;
import dev.weft.bench.lab.Shell;
import dev.weft.bench.measure.PartReport;
import dev.weft.bench.registry.MeshSize;
import dev.weft.bench.registry.RegistryBench;
import dev.weft.bench.registry.RegistryFigure;
import dev.weft.bench.report.JsonReport;
import dev.weft.bench.report.PartText;
import dev.weft.bench.storm.StormBench;
import dev.weft.bench.storm.StormReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Benchmarks of one part alone: {@code --issuing}, {@code --storm}, {@code --registry}, {@code --codec}. */
final class PartBench {
    private static final String ISSUING = "--issuing";
    private static final String STORM = "--storm";
    private static final String REGISTRY = "--registry";
    private static final String CODEC = "--codec";
    private static final List<MeshSize> SIZES =
            List.of(new MeshSize(1_000, 1_024), new MeshSize(10_000, 1_024), new MeshSize(100_000, 2_048));
    private static final int SIDECARS = 5_000;
    private static final int ADDRESSES = 50;
    private static final Duration STORM_LIMIT = Duration.ofMinutes(10);
    private static final Duration SLICE = Duration.ofMillis(250);

    private PartBench() {}

    static boolean wanted(List<String> arguments) {
        return List.of(ISSUING, STORM, REGISTRY, CODEC).stream().anyMatch(arguments::contains);
    }

    /** Runs the requested benchmarks. Must run in its own network namespace. */
    static void run(List<String> arguments, PrintStream out) throws IOException {
        Path folder = Files.createDirectories(Path.of(value(arguments, "--folder", "/tmp/weft-bench")))
                .toAbsolutePath();
        Path results = Path.of(value(arguments, "--results", "bench/results"));
        if (arguments.contains(ISSUING)) {
            PartReport<IssuingFigure> report = IssuingBench.measure(folder, SLICE);
            out.print(PartText.issuing(report));
            out.println("\nwritten to " + JsonReport.write(report, report.time(), "-issuing", results));
        }
        if (arguments.contains(CODEC)) {
            PartReport<CodecFigure> report = CodecBench.measure(SLICE);
            out.print(PartText.codec(report));
            out.println("\nwritten to " + JsonReport.write(report, report.time(), "-codec", results));
        }
        if (arguments.contains(REGISTRY)) {
            int most = Integer.parseInt(value(arguments, "--workloads", Integer.toString(Integer.MAX_VALUE)));
            PartReport<RegistryFigure> report = RegistryBench.measure(
                    folder,
                    SIZES.stream().filter(size -> size.workloads() <= most).toList());
            out.print(PartText.registry(report));
            out.println("\nwritten to " + JsonReport.write(report, report.time(), "-registry", results));
        }
        if (arguments.contains(STORM)) {
            storm(arguments, folder, results, out);
        }
    }

    private static void storm(List<String> arguments, Path folder, Path results, PrintStream out) throws IOException {
        int sidecars = Integer.parseInt(value(arguments, "--sidecars", Integer.toString(SIDECARS)));
        int addresses = Integer.parseInt(value(arguments, "--addresses", Integer.toString(ADDRESSES)));
        try {
            StormReport report = StormBench.storm(folder, sidecars, hosts(addresses), STORM_LIMIT);
            out.print(PartText.storm(report));
            out.println("\nwritten to " + JsonReport.write(report, report.time(), "-storm", results));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Adds addresses to this machine's loopback, and returns them. */
    private static List<String> hosts(int count) {
        Shell.run("ip link set lo up");
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> {
                    String host = "10.99.0." + i;
                    Shell.run("ip addr add " + host + "/32 dev lo");
                    return host;
                })
                .toList();
    }

    private static String value(List<String> arguments, String name, String otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 || at + 1 == arguments.size() ? otherwise : arguments.get(at + 1);
    }
}
