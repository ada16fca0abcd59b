package dev.weft.identity.spiffe;

import static java.util.Objects.requireNonNull;

/** The service account in an identity of the form {@code /ns/<namespace>/sa/<name>}. */
public record ServiceAccount(String namespace, String name) {

    public ServiceAccount {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
    }

    /** Returns {@code <namespace>/<name>}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
