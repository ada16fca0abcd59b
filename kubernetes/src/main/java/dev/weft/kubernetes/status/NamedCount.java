package dev.weft.kubernetes.status;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * A number of sidecars or peers, and the names of the first of them.
 *
 * @param count how many there are
 * @param names the first names, {@value #MOST} at most
 * @param reason what is wrong with the first one; empty if there is no reason
 */
record NamedCount(int count, List<String> names, String reason) {

    static final int MOST = 10;

    /** No sidecar at all. */
    static final NamedCount NONE = new NamedCount(0, List.of(), "");

    /** @param reasons the reason for each workload, by its name */
    static NamedCount of(SortedMap<String, String> reasons) {
        String first = reasons.isEmpty() ? "" : reasons.firstEntry().getValue();
        return new NamedCount(
                reasons.size(), reasons.keySet().stream().limit(MOST).toList(), first);
    }

    /** Returns these names without a reason, in their order. */
    static NamedCount named(Collection<String> names) {
        return new NamedCount(names.size(), names.stream().limit(MOST).toList(), "");
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Returns the names as text, with the number of the others. */
    String shown() {
        String shown = String.join(", ", names);
        return count > names.size() ? shown + " and " + (count - names.size()) + " more" : shown;
    }
}
