package dev.weft.files.registry;

import static java.util.Objects.requireNonNull;

import dev.weft.files.yaml.Parsed;

/**
 * A file that the control plane writes for operators, with its content already parsed.
 *
 * @param text content of the file
 * @param parsed the result that parsing the text would give
 */
public record WrittenFile(String text, Parsed parsed) {

    public WrittenFile {
        requireNonNull(text, "text");
        requireNonNull(parsed, "parsed");
    }
}
