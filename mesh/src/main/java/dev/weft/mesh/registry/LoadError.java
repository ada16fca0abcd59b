package dev.weft.mesh.registry;

import static java.util.Objects.requireNonNull;

/**
 * Why something that a registry was given is not in force.
 *
 * @param source the object that it is about, and where that is said
 * @param reason what is wrong and what was expected
 */
public record LoadError(Source source, String reason) {

    public LoadError {
        requireNonNull(source, "source");
        requireNonNull(reason, "reason");
    }

    /** {@code where: kind name: reason}, as compilers print it. */
    @Override
    public String toString() {
        return source + ": " + reason;
    }
}
