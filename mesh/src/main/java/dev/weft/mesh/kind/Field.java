package dev.weft.mesh.kind;

/**
 * A field of a mapping.
 *
 * @param meaning description in one or two sentences
 * @param otherwise what applies if the field is absent, as part of a sentence; empty for no text
 * @param ifMissing the message if a required field has no usable value; empty for the usual message
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

    /** Returns the meaning, and what applies without the field. */
    public String description() {
        return otherwise.isEmpty() ? meaning : meaning + " " + otherwise + ", if absent.";
    }
}
