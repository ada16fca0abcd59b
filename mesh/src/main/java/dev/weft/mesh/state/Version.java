package dev.weft.mesh.state;

import static java.util.Objects.requireNonNull;

/**
 * Which state of an entry is meant. Equal versions of one entry have the same value.
 *
 * @param text means something to the store alone
 */
public record Version(String text) {

    /** The entry is not there. */
    public static final Version ABSENT = new Version("");

    public Version {
        requireNonNull(text, "text");
    }
}
