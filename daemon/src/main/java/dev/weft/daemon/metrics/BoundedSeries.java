package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric, by their label values. Peers may cause new label values, so there are at most so many series:
 * all further ones are one series, with the value {@code other} in each label. Safe for use by several threads.
 */
final class BoundedSeries<T> {
    private final int most;
    private final List<String> other;
    private final Supplier<T> fresh;
    private final Map<List<String>, T> series = new ConcurrentHashMap<>();

    /** @param fresh makes a series in which nothing is counted yet */
    BoundedSeries(List<String> labels, int most, Supplier<T> fresh) {
        this.most = most;
        this.other = labels.stream().map(_ -> "other").toList();
        this.fresh = fresh;
    }

    /** Returns the series with these label values, or the one for all others. */
    T of(String... values) {
        List<String> key = List.of(values);
        T found = series.get(key);
        return found != null ? found : series.computeIfAbsent(series.size() < most ? key : other, _ -> fresh.get());
    }

    /** Returns the series with these label values; null if there is none. */
    @Nullable
    T known(String... values) {
        return series.get(List.of(values));
    }

    /** Passes each series with its label values on, sorted by these. */
    void each(BiConsumer<List<String>, T> action) {
        Map<String, List<String>> sorted = new TreeMap<>();
        series.keySet().forEach(values -> sorted.put(String.join("\0", values), values));
        sorted.values().forEach(values -> {
            T present = series.get(values);
            if (present != null) {
                action.accept(values, present);
            }
        });
    }
}
