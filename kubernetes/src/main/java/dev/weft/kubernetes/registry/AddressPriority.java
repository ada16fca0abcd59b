package dev.weft.kubernetes.registry;

import java.util.Comparator;

/**
 * The priority of a claim to an address: the greater of two claims wins. The address of an ended pod is given to
 * another pod at once, and the API server may learn of the new pod before it learns of the end of the old one.
 *
 * @param ofPod whether the claim is a pod's own, and not an address that a user wrote down
 * @param staying whether the pod is not being deleted
 * @param running whether the pod runs, as far as is known
 * @param since when the pod was made (RFC 3339, in UTC)
 */
record AddressPriority(boolean ofPod, boolean staying, boolean running, String since)
        implements Comparable<AddressPriority> {

    /** Standing of an address that a user wrote down. */
    static final AddressPriority WRITTEN = new AddressPriority(false, true, false, "");

    private static final Comparator<AddressPriority> ORDER = Comparator.comparing(AddressPriority::ofPod)
            .thenComparing(AddressPriority::staying)
            .thenComparing(AddressPriority::running)
            .thenComparing(AddressPriority::since);

    @Override
    public int compareTo(AddressPriority other) {
        return ORDER.compare(this, other);
    }
}
