package dev.weft.local.supervisor;

import java.util.Comparator;

/**
 * The name of a workload or a service, within its namespace.
 *
 * @param namespace the namespace
 * @param name the name in it
 */
record WorkloadName(String namespace, String name) implements Comparable<WorkloadName> {

    private static final Comparator<WorkloadName> ORDER =
            Comparator.comparing(WorkloadName::namespace).thenComparing(WorkloadName::name);

    @Override
    public int compareTo(WorkloadName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
