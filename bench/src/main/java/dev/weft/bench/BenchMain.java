package dev.weft.bench;

import dev.weft.bench.measure.Comparison;
import dev.weft.bench.measure.Figure;
import dev.weft.bench.measure.Footprints;
import dev.weft.bench.measure.MemoryFigure;
import dev.weft.bench.measure.Progress;
import dev.weft.bench.pairs.PairFactory;
import dev.weft.bench.pairs.ProxyPair;
import dev.weft.bench.pairs.StartFigure;
import dev.weft.bench.proc.Machine;
import dev.weft.bench.report.JsonReport;
import dev.weft.bench.report.Report;
import dev.weft.bench.report.TextReport;
import dev.weft.bench.settings.BenchSettings;
import dev.weft.bench.settings.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench}: compares Weft with other proxies. It runs in its own namespaces, which {@code bench/run} creates.
 * All processes that it starts end with it.
 */
public final class BenchMain {
    private static final int STARTS = 5;

    private final BenchSettings settings;
    private final Progress progress;
    private final Instant time = Instant.now();

    private BenchMain(BenchSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Measures, and prints tables to standard output and progress to standard error. The exit status is 1 if a pair
     * answered wrongly.
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(args).contains("--help")) {
            out.print(BenchSettings.USAGE);
            return;
        }
        if (PartBench.wanted(List.of(args))) {
            PartBench.run(List.of(args), out);
            return;
        }
        Progress progress = new Progress(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        BenchSettings settings;
        try {
            settings = BenchSettings.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            progress.note(String.valueOf(e.getMessage()));
            System.exit(2);
            return;
        }
        Report report = new BenchMain(settings, progress).measure();
        out.print(TextReport.render(report));
        out.println("\nwritten to " + JsonReport.write(report, report.time(), "", settings.results()));
        System.exit(report.warm().stream().allMatch(figure -> figure.errors() == 0) ? 0 : 1);
    }

    private Report measure() throws IOException {
        Path folder = Files.createDirectories(settings.folder()).toAbsolutePath();
        try (PairFactory factory = new PairFactory(settings, folder)) {
            List<ProxyPair> pairs = factory.start();
            Map<String, String> descriptions = new LinkedHashMap<>();
            pairs.forEach(pair -> descriptions.put(pair.name(), pair.description()));
            progress.note("up: " + String.join(", ", descriptions.keySet()));
            return report(pairs, descriptions);
        }
    }

    private Report report(List<ProxyPair> pairs, Map<String, String> descriptions) {
        Comparison comparison = new Comparison(pairs, settings, progress);
        Footprints footprints = new Footprints();
        List<Figure> cold = new ArrayList<>();
        List<MemoryFigure> memory = new ArrayList<>();
        List<StartFigure> starts = new ArrayList<>();
        comparison.warmUp();
        List<Figure> warm = comparison.warm();
        List<ProxyPair> proxies =
                pairs.stream().filter(pair -> !pair.processes().isEmpty()).toList();
        proxies.forEach(pair -> memory.add(footprints.now(pair, MemoryFigure.State.AFTER_LOAD)));
        for (Workload workload : settings.coldWorkloads()) {
            cold.addAll(comparison.cold(workload));
        }
        if (settings.footprint()) {
            progress.note("memory and starts");
            proxies.forEach(pair -> memory.addAll(footprints.fresh(pair)));
            proxies.forEach(pair -> starts.addAll(pair.starts(STARTS)));
        }
        return new Report(
                time,
                Machine.here(),
                method(),
                settings,
                descriptions,
                warm,
                cold,
                memory,
                starts,
                comparison.slices());
    }

    private String method() {
        return ("client → proxy → mutual TLS 1.3 → proxy → nginx, a network namespace on each side; proxies on core %d, load and nginx on"
                        + " core %d; slices of %d ms by turns, those with more than %.2f foreign cores left out, medians of %d or more")
                .formatted(
                        settings.proxyCore(),
                        settings.loadCore(),
                        settings.slice().toMillis(),
                        settings.foreignLimit(),
                        settings.cleanSlices());
    }
}
