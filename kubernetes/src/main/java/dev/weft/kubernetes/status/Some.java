package dev.weft.kubernetes.status;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * A number of sidecars, some of them by name.
 *
 * @param count how many there are
 * @param names the first of them by name, {@value #MOST} at most
 * @param reason what is the matter with the first; empty if there is none
 */
record Some(int count, List<String> names, String reason) {

    static final int MOST = 10;

    /** None. */
    static final Some NONE = new Some(0, List.of(), "");

    /** @param reasons why, by the name of the workload */
    static Some of(SortedMap<String, String> reasons) {
        if (reasons.isEmpty()) {
            return NONE;
        }
        return new Some(
                reasons.size(),
                reasons.keySet().stream().limit(MOST).toList(),
                reasons.firstEntry().getValue());
    }

    /** Those without a reason, in their order. */
    static Some named(Collection<String> names) {
        return names.isEmpty()
                ? NONE
                : new Some(names.size(), names.stream().limit(MOST).toList(), "");
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The names, and how many more there are. */
    String shown() {
        String shown = String.join(", ", names);
        return count > names.size() ? shown + " and " + (count - names.size()) + " more" : shown;
    }
}
