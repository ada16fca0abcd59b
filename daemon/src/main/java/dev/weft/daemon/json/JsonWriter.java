package dev.weft.daemon.json;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259) on one line. The caller opens and closes objects and arrays; the writer adds the commas. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder(1024);
    private boolean comma;

    /** Removes everything that was written, so the writer can be used again. */
    public JsonWriter clear() {
        out.setLength(0);
        comma = false;
        return this;
    }

    /** Opens an object. */
    public JsonWriter object() {
        literal("{");
        comma = false;
        return this;
    }

    /** Closes the object. */
    public JsonWriter endObject() {
        out.append('}');
        comma = true;
        return this;
    }

    /** Opens an array. */
    public JsonWriter array() {
        literal("[");
        comma = false;
        return this;
    }

    /** Closes the array. */
    public JsonWriter endArray() {
        out.append(']');
        comma = true;
        return this;
    }

    /** Writes the name of a member; its value must follow. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(':');
        comma = false;
        return this;
    }

    /** Writes a member with a text, or with null; no character of its name needs an escape. */
    public JsonWriter field(String name, @Nullable String value) {
        return plainName(name).text(value);
    }

    /** Writes a member with a number; no character of its name needs an escape. */
    public JsonWriter field(String name, long value) {
        plainName(name);
        out.append(value);
        comma = true;
        return this;
    }

    /** Writes a member with true or false; no character of its name needs an escape. */
    public JsonWriter field(String name, boolean value) {
        plainName(name);
        return literal(Boolean.toString(value));
    }

    /**
     * Writes members of an object that another writer has formatted.
     *
     * @param json at least one member, separated by commas
     */
    public JsonWriter members(String json) {
        return literal(json);
    }

    /** Writes a text, or null. */
    public JsonWriter text(@Nullable String value) {
        if (value == null) {
            return literal("null");
        }
        separate();
        quote(value);
        comma = true;
        return this;
    }

    /** Writes a number as an element of an array. */
    public JsonWriter number(long value) {
        return literal(Long.toString(value));
    }

    /**
     * Writes a value of any type. Maps and collections are written with their content; any type that is not a number or
     * boolean by its {@code toString}.
     */
    public JsonWriter value(@Nullable Object value) {
        return switch (value) {
            case Boolean bool -> literal(bool.toString());
            case Integer number -> literal(number.toString());
            case Long number -> literal(number.toString());
            case Map<?, ?> map -> {
                object();
                map.forEach((name, member) -> name(String.valueOf(name)).value(member));
                yield endObject();
            }
            case Collection<?> items -> {
                array();
                items.forEach(this::value);
                yield endArray();
            }
            case null -> text(null);
            default -> text(value.toString());
        };
    }

    private JsonWriter plainName(String name) {
        separate();
        out.append('"').append(name).append("\":");
        comma = false;
        return this;
    }

    private JsonWriter literal(String literal) {
        separate();
        out.append(literal);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
    }

    /** Writes a string. Most texts have nothing to escape and are appended as a whole. */
    private void quote(String text) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isPlain(c) && (c == '"' || c == '\\' || isEscaped(c))) {
                out.append(text, written, i);
                escape(c);
                written = i + 1;
            }
        }
        if (written == 0) {
            out.append(text); // much cheaper than appending a range
        } else {
            out.append(text, written, text.length());
        }
        out.append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u").append(HexFormat.of().toHexDigits(c));
        }
    }

    /** Whether this is visible ASCII that needs no escape, the most frequent case. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    /** Whether this is a control character (including C1), a line or paragraph separator, or a surrogate. */
    private static boolean isEscaped(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
