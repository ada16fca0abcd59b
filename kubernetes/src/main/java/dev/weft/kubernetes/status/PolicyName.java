package dev.weft.kubernetes.status;

import dev.weft.mesh.model.ObjectName;

/** Identifies a policy: two policies of different kinds may have the same name. */
record PolicyName(PolicyKind kind, ObjectName name) implements Comparable<PolicyName> {

    String namespace() {
        return name.namespace();
    }

    @Override
    public int compareTo(PolicyName other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }
}
