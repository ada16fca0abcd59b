package dev.weft.kubernetes.state;

import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** The entries that must be there and are not, as far as this process has noticed. Safe for use by several threads. */
final class MissingEntries {

    /** Most that are reported. */
    private static final int MOST = 100;

    private final String namespace;
    private final long againAfter;
    private final Map<String, String> missing = new ConcurrentSkipListMap<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    /** Entries that could not be looked at. */
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicLong looked;

    MissingEntries(String namespace, Duration againAfter) {
        this.namespace = namespace;
        this.againAfter = againAfter.toNanos();
        this.looked = new AtomicLong(System.nanoTime() - this.againAfter);
    }

    /** Reads an entry: if it is missing, that is recorded. */
    void look(SecretEntry entry) {
        try {
            var _ = entry.read();
        } catch (StateException _) {
            // The read has recorded a missing entry; any other problem is reported by whoever uses the entry.
        } catch (IOException | RuntimeException _) {
            unknown.add(entry.name()); // the API server does not answer
        }
    }

    /** Looks soon whether these entries are there. One thread looks at all of them, one after another. */
    void lookSoon(Collection<String> names, Function<String, SecretEntry> entries) {
        waiting.addAll(names);
        if (!waiting.isEmpty() && looking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("missing").start(() -> {
                try {
                    for (String name : List.copyOf(waiting)) {
                        waiting.remove(name);
                        look(entries.apply(name));
                    }
                } finally {
                    looking.set(false);
                }
                lookSoon(List.of(), entries); // at those that came since
            });
        }
    }

    /** Looks again at what is reported, from time to time: somebody may have put it back, or have deleted the index. */
    void lookAgain(Function<String, SecretEntry> entries) {
        long last = looked.get();
        long now = System.nanoTime();
        boolean any = !missing.isEmpty() || !unknown.isEmpty();
        if (any && now - last >= againAfter && looked.compareAndSet(last, now)) {
            List<String> names = Stream.concat(unknown.stream(), missing.keySet().stream())
                    .limit(MOST)
                    .toList();
            names.forEach(unknown::remove);
            lookSoon(names, entries);
        }
    }

    boolean has(String entry) {
        return missing.containsKey(entry);
    }

    void found(String entry) {
        missing.remove(entry);
    }

    /** Records that an entry is missing; returns what to say about it. */
    StateException lost(String entry) {
        String problem = "WEFT-C093: Secret " + namespace + "/" + StateSecret.nameOf(entry)
                + " is missing: somebody deleted it, and without it more would be trusted; what a running control plane"
                + " knew of it stays in force. Restore it from a copy; to continue without it, delete Secret "
                + namespace + "/" + StateIndex.SECRET;
        missing.put(entry, problem);
        return new StateException(problem);
    }

    List<String> problems() {
        return missing.values().stream().limit(MOST).toList();
    }
}
