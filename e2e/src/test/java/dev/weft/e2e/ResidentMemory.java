package dev.weft.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Resident memory of some processes over the renewals of a soak, and how fast it grows.
 *
 * <p>One reading says little: a compiler takes 20 MiB for a moment, and a heap grows until it is collected. So the run is divided
 * into windows, and of each the least counts: what is never given back is in that, too.
 */
final class ResidentMemory {
    private static final int WINDOWS = 8;

    private final List<Sample> samples = new ArrayList<>();

    /** At one moment: renewals so far, and KiB by process. */
    record Sample(int renewals, Map<String, Long> kib) {
        long kib(String process) {
            return Objects.requireNonNull(kib.get(process), process);
        }
    }

    void add(int renewals, Map<String, Long> kib) {
        samples.add(new Sample(renewals, new TreeMap<>(kib)));
    }

    /** Growth of each process in KiB over a thousand renewals; {@code warmUp} renewals do not count. */
    Map<String, Long> growth(int warmUp) {
        List<Sample> troughs = troughs(warmUp);
        Map<String, Long> growth = new TreeMap<>();
        for (String process : troughs.getFirst().kib().keySet()) {
            growth.put(process, perThousand(troughs, process));
        }
        return growth;
    }

    /** The least of each window, by process. */
    private List<Sample> troughs(int warmUp) {
        int last = samples.getLast().renewals();
        double width = (last - warmUp) / (double) WINDOWS;
        SequencedMap<Integer, Sample> byWindow = new TreeMap<>();
        for (Sample sample : samples) {
            if (sample.renewals() >= warmUp) {
                int window = Math.min(WINDOWS - 1, (int) ((sample.renewals() - warmUp) / width));
                byWindow.merge(window, sample, ResidentMemory::least);
            }
        }
        return List.copyOf(byWindow.values());
    }

    private static Sample least(Sample one, Sample other) {
        Map<String, Long> least = new TreeMap<>(one.kib());
        other.kib().forEach((process, kib) -> least.merge(process, kib, Math::min));
        return new Sample(one.renewals(), least);
    }

    /** The slope of the straight line that fits best. */
    private static long perThousand(List<Sample> troughs, String process) {
        double meanX = troughs.stream().mapToInt(Sample::renewals).average().orElseThrow();
        double meanY = troughs.stream()
                .mapToLong(trough -> trough.kib(process))
                .average()
                .orElseThrow();
        double xy = 0;
        double xx = 0;
        for (Sample trough : troughs) {
            double x = trough.renewals() - meanX;
            xy += x * (trough.kib(process) - meanY);
            xx += x * x;
        }
        return Math.round(1000 * xy / xx);
    }

    /** The least of each window as a Markdown table, from the first renewal on. */
    String table() {
        List<Sample> rows = troughs(0);
        StringBuilder text = new StringBuilder("| renewals |");
        rows.getFirst()
                .kib()
                .keySet()
                .forEach(process -> text.append(' ').append(process).append(", KiB |"));
        text.append("\n|---|").append("---|".repeat(rows.getFirst().kib().size()));
        for (Sample row : rows) {
            text.append("\n| ").append(row.renewals()).append(" |");
            row.kib().values().forEach(kib -> text.append(' ').append(kib).append(" |"));
        }
        return text.toString();
    }
}
