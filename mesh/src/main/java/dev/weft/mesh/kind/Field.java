package dev.weft.mesh.kind;

/**
 * A field of a mapping.
 *
 * @param meaning a sentence or two
 * @param otherwise what holds if it is absent, as part of a sentence; empty if nothing is to be said
 * @param ifMissing what is said where it is required and there is nothing usable in it; empty for the usual words
 */
public record Field(String name, String meaning, Shape shape, boolean required, String otherwise, String ifMissing) {

    static Field required(String name, String meaning, Shape shape) {
        return new Field(name, meaning, shape, true, "", "");
    }

    static Field optional(String name, String meaning, Shape shape) {
        return new Field(name, meaning, shape, false, "", "");
    }

    Field otherwise(String text) {
        return new Field(name, meaning, shape, required, text, ifMissing);
    }

    Field ifMissing(String text) {
        return new Field(name, meaning, shape, required, otherwise, text);
    }

    /** What it means, and what holds without it. */
    public String description() {
        return otherwise.isEmpty() ? meaning : meaning + " " + otherwise + ", if absent.";
    }
}
