package dev.weft.kubernetes.state;

import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The entries that must be there and are not, as far as this process has noticed. Safe for use by several threads. */
final class MissingEntries {

    /** Most that are reported. */
    private static final int MOST = 100;

    private final String namespace;
    private final Map<String, String> missing = new ConcurrentSkipListMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();

    MissingEntries(String namespace) {
        this.namespace = namespace;
    }

    /** Looks again whether an entry is there: somebody deleted its Secret, or put it back. */
    void look(SecretEntry entry) {
        try {
            var _ = entry.read();
        } catch (IOException | StateException _) {
            // The read has recorded a missing entry; any other problem is reported by whoever uses the entry.
        }
    }

    /** Looks again whether the entries that are reported are still missing; does nothing while another look goes on. */
    void lookAgain(Function<String, SecretEntry> entries) {
        if (looking.compareAndSet(false, true)) {
            try {
                missing.keySet().stream().limit(MOST).map(entries).forEach(this::look);
            } finally {
                looking.set(false);
            }
        }
    }

    boolean any() {
        return !missing.isEmpty();
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
