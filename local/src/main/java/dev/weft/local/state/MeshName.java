package dev.weft.local.state;

import java.util.regex.Pattern;

/**
 * The name of a mesh on this machine. It is a DNS label, because it is also the name of a directory.
 *
 * @param value the name
 */
public record MeshName(String value) {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    /** The name of a mesh if none is given. */
    public static final MeshName DEFAULT = new MeshName("default");

    public MeshName {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "mesh name: %s (expected: 1-40 of a-z, 0-9 and -, not - at either end)".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
