package dev.weft.control.watch;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Maps versions of trust bundles to sequences: proxies acknowledge versions, people use sequences. */
final class BundleVersions {

    /** Most versions remembered; the oldest is forgotten first. */
    static final int MAX_REMEMBERED = 4096;

    /** Most bundles of one proxy that the control plane does not have, such as those of trust domains that are gone. */
    static final int MAX_UNKNOWN = 16;

    /** Longest name of a bundle; a trust domain has at most 255 characters. */
    private static final int MAX_NAME = MeshState.BUNDLE.length() + 255;

    private record Key(String name, String version) {}

    private final Map<Key, Long> sequences = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    synchronized void remember(String name, String version, long sequence) {
        sequences.put(new Key(name, version), sequence);
    }

    /**
     * Returns the bundles among the held resources: trust domain to sequence, 0 for a version that is not remembered.
     * A proxy may claim to hold anything, so of the names that are not known only a few count.
     *
     * @param known names of the control plane's bundles
     */
    synchronized Map<String, Long> sequences(Map<String, String> held, Set<String> known) {
        Map<String, Long> found = new HashMap<>();
        AtomicInteger unknown = new AtomicInteger();
        held.forEach((name, version) -> {
            if (name.startsWith(MeshState.BUNDLE)
                    && name.length() <= MAX_NAME
                    && (known.contains(name) || unknown.getAndIncrement() < MAX_UNKNOWN)) {
                found.put(
                        name.substring(MeshState.BUNDLE.length()), sequences.getOrDefault(new Key(name, version), 0L));
            }
        });
        return found;
    }
}
