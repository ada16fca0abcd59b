package dev.weft.mesh.kind;

/**
 * A field of a mapping.
 *
 * @param meaning description in one or two sentences
 * @param defaultText what applies if the field is absent, as part of a sentence; empty for no text
 * @param missingMessage the message if a required field has no usable value; empty for the usual message
 */
public record Field(
        String name, String meaning, Shape shape, boolean required, String defaultText, String missingMessage) {

    static Field required(String name, String meaning, Shape shape) {
        return new Field(name, meaning, shape, true, "", "");
    }

    static Field optional(String name, String meaning, Shape shape) {
        return new Field(name, meaning, shape, false, "", "");
    }

    Field defaultText(String text) {
        return new Field(name, meaning, shape, required, text, missingMessage);
    }

    Field missingMessage(String text) {
        return new Field(name, meaning, shape, required, defaultText, text);
    }

    /** Returns the meaning, and what applies without the field. */
    public String description() {
        return defaultText.isEmpty() ? meaning : meaning + " " + defaultText + ", if absent.";
    }
}
