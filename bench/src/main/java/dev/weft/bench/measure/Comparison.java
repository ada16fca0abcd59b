package dev.weft.bench.measure;

import dev.weft.bench.pairs.ProxyPair;
import dev.weft.bench.settings.BenchSettings;
import dev.weft.bench.settings.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures all pairs: warm in slices that alternate between pairs, and cold with a fresh start each time. */
public final class Comparison {
    private final List<ProxyPair> pairs;
    private final BenchSettings settings;
    private final SliceRunner runner;
    private final Progress progress;
    private final List<Slice> slices = new ArrayList<>();

    /** Creates a comparison of pairs that are running. */
    public Comparison(List<ProxyPair> pairs, BenchSettings settings, Progress progress) {
        this.pairs = List.copyOf(pairs);
        this.settings = settings;
        this.progress = progress;
        this.runner = new SliceRunner(settings, progress);
    }

    /** Returns every slice of the warm figures so far, including disturbed ones. */
    public List<Slice> slices() {
        return List.copyOf(slices);
    }

    /**
     * Puts load on every pair and workload without measuring, so compilers, caches and connections reach their steady
     * state.
     */
    public void warmUp() {
        for (ProxyPair pair : pairs) {
            Duration time = pair.needsWarmUp()
                    ? settings.warmUp()
                    : Duration.ofMillis(settings.slice().toMillis() / 2);
            progress.note("warming " + pair.name() + " up, " + time.toMillis() + " ms per workload");
            for (Workload workload :
                    settings.workloads().stream().filter(pair::carries).toList()) {
                long end = System.nanoTime() + time.toNanos();
                do {
                    runner.run(pair, workload, time);
                } while (System.nanoTime() - end < 0);
            }
        }
    }

    /**
     * Returns the warm figures of all workloads. A figure with too many disturbed slices gets a second try after the
     * others: a disturbance often ends after some minutes.
     */
    public List<Figure> warm() {
        settings.workloads().forEach(this::measure);
        settings.workloads().stream()
                .filter(workload ->
                        figures(of(workload), settings.cleanSlices()).stream().anyMatch(Figure::disturbed))
                .forEach(this::measure);
        return settings.workloads().stream()
                .flatMap(workload -> figures(of(workload), settings.cleanSlices()).stream())
                .toList();
    }

    /** Measures rounds of slices, until every pair has enough clean slices or the limit is reached. */
    private void measure(Workload workload) {
        List<ProxyPair> carrying = carrying(workload);
        carrying.forEach(pair -> runner.run(pair, workload, settings.slice()));
        // Forwards and backwards, so no pair always follows the same other pair.
        for (int round = 0; round < settings.maxSlices() && !enough(carrying, of(workload)); round++) {
            for (ProxyPair pair : round % 2 == 0 ? carrying : carrying.reversed()) {
                slices.add(runner.run(pair, workload, settings.slice()));
            }
        }
        for (Figure figure : figures(of(workload), settings.cleanSlices())) {
            progress.note("%s, %s: %.4g %s, %d of %d slices clean"
                    .formatted(
                            workload.title(),
                            figure.pair(),
                            figure.cpuPerUnit(),
                            workload.cpuUnit(),
                            figure.clean(),
                            figure.slices()));
        }
    }

    private List<ProxyPair> carrying(Workload workload) {
        return pairs.stream().filter(pair -> pair.carries(workload)).toList();
    }

    private static Stream<Slice> of(ProxyPair pair, List<Slice> measured) {
        return measured.stream().filter(slice -> slice.pair().equals(pair.name()));
    }

    private List<Slice> of(Workload workload) {
        return slices.stream().filter(slice -> slice.workload() == workload).toList();
    }

    /** Returns the cold figures of one workload. Each slice is the first seconds of a fresh pair. */
    public List<Figure> cold(Workload workload) {
        List<Slice> measured = new ArrayList<>();
        for (int run = 0; run < settings.coldRuns(); run++) {
            for (ProxyPair pair : carrying(workload)) {
                pair.restart();
                measured.add(runner.run(pair, workload, settings.coldTime()));
            }
        }
        progress.note(workload.title() + ", cold: measured");
        return figures(measured, Math.max(1, settings.coldRuns() / 2));
    }

    private List<Figure> figures(List<Slice> measured, int wanted) {
        return pairs.stream()
                .map(pair -> of(pair, measured).toList())
                .filter(own -> !own.isEmpty())
                .map(own -> Figure.of(own, settings.foreignLimit(), wanted))
                .toList();
    }

    private boolean enough(List<ProxyPair> carrying, List<Slice> measured) {
        return carrying.stream()
                .allMatch(pair -> of(pair, measured)
                                .filter(slice -> slice.clean(settings.foreignLimit()))
                                .count()
                        >= settings.cleanSlices());
    }
}
