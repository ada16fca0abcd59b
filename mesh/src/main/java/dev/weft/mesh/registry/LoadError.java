package dev.weft.mesh.registry;

import static java.util.Objects.requireNonNull;

/**
 * The reason why an object that a registry was given is not in force.
 *
 * @param source the object, and the place where it is written
 * @param reason what is wrong, and what was expected
 */
public record LoadError(Source source, String reason) {

    public LoadError {
        requireNonNull(source, "source");
        requireNonNull(reason, "reason");
    }

    /** Returns {@code where: kind name: reason}, in the style of compilers. */
    @Override
    public String toString() {
        return source + ": " + reason;
    }
}
