package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

/**
 * The version of an entry's value. Equal versions of one entry have the same value.
 *
 * @param text has a meaning for the store only
 */
public record Version(String text) {

    /** The version of an entry that does not exist. */
    public static final Version ABSENT = new Version("");

    public Version {
        requireNonNull(text, "text");
    }
}
