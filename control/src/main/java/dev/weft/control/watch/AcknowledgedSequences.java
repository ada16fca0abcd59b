package dev.weft.control.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many proxies have acknowledged which sequence of each trust bundle last. The counts are kept up to date,
 * so that it takes no pass over all proxies to see that none is behind. Not safe for use by several threads.
 */
final class AcknowledgedSequences {

    private final Map<String, NavigableMap<Long, Integer>> counts = new HashMap<>();

    /** Replaces what a proxy has acknowledged; null means that there was, or is, no proxy. */
    void replace(@Nullable ExpectedProxy before, @Nullable ExpectedProxy now) {
        Map<String, Long> former = bundles(before);
        Map<String, Long> present = bundles(now);
        if (!former.equals(present)) {
            former.forEach((domain, sequence) -> add(domain, sequence, -1));
            present.forEach((domain, sequence) -> add(domain, sequence, 1));
        }
    }

    private static Map<String, Long> bundles(@Nullable ExpectedProxy proxy) {
        return Optional.ofNullable(proxy)
                .flatMap(ExpectedProxy::last)
                .map(ConnectedProxy::bundles)
                .orElse(Map.of());
    }

    private void add(String domain, long sequence, int more) {
        NavigableMap<Long, Integer> ofDomain = counts.computeIfAbsent(domain, _ -> new TreeMap<>());
        ofDomain.merge(sequence, more, (one, other) -> one + other == 0 ? null : one + other);
        if (ofDomain.isEmpty()) {
            counts.remove(domain);
        }
    }

    /** Returns how many proxies have acknowledged this sequence of a trust domain's bundle, or a later one. */
    int atLeast(String domain, long sequence) {
        NavigableMap<Long, Integer> ofDomain = counts.get(domain);
        return ofDomain == null
                ? 0
                : ofDomain.tailMap(sequence, true).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
    }
}
