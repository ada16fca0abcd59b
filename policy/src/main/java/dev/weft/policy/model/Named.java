package dev.weft.policy.model;

/** An object of a namespace. */
public interface Named {

    /** Where it lives. */
    String namespace();

    /** Unique among the objects of its kind in the namespace. */
    String name();

    /** "namespace/name". */
    default String fullName() {
        return namespace() + "/" + name();
    }
}
