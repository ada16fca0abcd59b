package dev.weft.policy.model;

/** An object that belongs to a namespace. */
public interface Named {

    /** The namespace of the object. */
    String namespace();

    /** The name of the object, unique among the objects of its kind in the namespace. */
    String name();

    default String fullName() {
        return namespace() + "/" + name();
    }
}
