package dev.weft.kubernetes.registry;

import java.util.Comparator;

/**
 * The priority of a claim to an address: the greater of two claims wins. The address of an ended pod is given to
 * another pod at once, and the API server may learn of the new pod before it learns of the end of the old one. Of two
 * Workload objects that users wrote, an unmeshed one never takes an address from a meshed one, because the address
 * would then be called in plaintext. Otherwise the older object has it, so that nobody can take it from another.
 *
 * @param ofPod whether the claim is a pod's own, and not an address that a user wrote down
 * @param staying whether the pod is not being deleted
 * @param running whether the pod runs, as far as is known
 * @param meshed whether the Workload object is meshed; false for a pod
 * @param since when the pod or the object was made (RFC 3339, in UTC)
 */
record AddressPriority(boolean ofPod, boolean staying, boolean running, boolean meshed, String since)
        implements Comparable<AddressPriority> {

    private static final Comparator<AddressPriority> PODS = Comparator.comparing(AddressPriority::staying)
            .thenComparing(AddressPriority::running)
            .thenComparing(AddressPriority::since);

    private static final Comparator<AddressPriority> WRITTEN = Comparator.comparing(AddressPriority::meshed)
            .thenComparing(AddressPriority::since, Comparator.reverseOrder());

    static AddressPriority ofPod(boolean staying, boolean running, String since) {
        return new AddressPriority(true, staying, running, false, since);
    }

    /** Returns the priority of an address that a user wrote into a Workload object. */
    static AddressPriority written(boolean meshed, String since) {
        return new AddressPriority(false, true, false, meshed, since);
    }

    @Override
    public int compareTo(AddressPriority other) {
        if (ofPod != other.ofPod) {
            return Boolean.compare(ofPod, other.ofPod);
        }
        return (ofPod ? PODS : WRITTEN).compare(this, other);
    }
}
