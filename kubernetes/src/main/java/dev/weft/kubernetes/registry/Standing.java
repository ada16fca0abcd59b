package dev.weft.kubernetes.registry;

import java.util.Comparator;

/**
 * How good a claim to an address is; of two the greater has it. An address is given to another pod as soon as a pod has ended,
 * and the API server may hear of the second before it hears of the first.
 *
 * @param ofPod a pod's own, rather than one that somebody wrote down
 * @param staying not about to end
 * @param running it runs, as far as is known
 * @param since when the pod was made (RFC 3339, in UTC)
 */
record Standing(boolean ofPod, boolean staying, boolean running, String since) implements Comparable<Standing> {

    /** Of an address that somebody wrote down. */
    static final Standing WRITTEN = new Standing(false, true, false, "");

    private static final Comparator<Standing> ORDER = Comparator.comparing(Standing::ofPod)
            .thenComparing(Standing::staying)
            .thenComparing(Standing::running)
            .thenComparing(Standing::since);

    @Override
    public int compareTo(Standing other) {
        return ORDER.compare(this, other);
    }
}
