package dev.weft.files.registry;

import static java.util.Objects.requireNonNull;

import dev.weft.files.yaml.Parsed;

/**
 * A file that the control plane writes itself for operators, and so knows without reading it.
 *
 * @param text what is in it
 * @param parsed what reading it would give
 */
public record WrittenFile(String text, Parsed parsed) {

    public WrittenFile {
        requireNonNull(text, "text");
        requireNonNull(parsed, "parsed");
    }
}
