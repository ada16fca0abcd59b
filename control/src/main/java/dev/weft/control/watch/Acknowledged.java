package dev.weft.control.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many proxies have acknowledged which sequence of each trust bundle last. Counted as they do, so that no look at all of them is needed
 * to hear that none is behind. Not safe for use by several threads.
 */
final class Acknowledged {

    private final Map<String, NavigableMap<Long, Integer>> counts = new HashMap<>();

    /** A proxy has acknowledged something else; null where there is none before or now. */
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

    /** How many have acknowledged this sequence of a trust domain's bundle, or a later one. */
    int atLeast(String domain, long sequence) {
        NavigableMap<Long, Integer> ofDomain = counts.get(domain);
        return ofDomain == null
                ? 0
                : ofDomain.tailMap(sequence, true).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
    }
}
