package dev.weft.control.watch;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps versions of trust bundles to sequences: proxies acknowledge versions, people use sequences. */
final class BundleVersions {

    /** Most versions remembered; the oldest is forgotten first. */
    static final int MAX_REMEMBERED = 4096;

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
     */
    synchronized Map<String, Long> sequences(Map<String, String> held) {
        Map<String, Long> found = new HashMap<>();
        held.forEach((name, version) -> {
            if (name.startsWith(MeshState.BUNDLE)) {
                found.put(
                        name.substring(MeshState.BUNDLE.length()), sequences.getOrDefault(new Key(name, version), 0L));
            }
        });
        return found;
    }
}
