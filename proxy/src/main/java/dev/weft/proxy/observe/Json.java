package dev.weft.proxy.observe;

import org.jspecify.annotations.Nullable;

/** Writes JSON text: the caller opens and closes, commas come by themselves. */
public final class Json {
    private final StringBuilder out = new StringBuilder(512);
    private boolean comma;

    /** Opens an object. */
    public Json object() {
        value("{");
        comma = false;
        return this;
    }

    /** Closes it. */
    public Json endObject() {
        out.append('}');
        comma = true;
        return this;
    }

    /** Opens an array. */
    public Json array() {
        value("[");
        comma = false;
        return this;
    }

    /** Closes it. */
    public Json endArray() {
        out.append(']');
        comma = true;
        return this;
    }

    /** A name; its value follows. */
    public Json name(String name) {
        separate();
        quote(name);
        out.append(':');
        comma = false;
        return this;
    }

    /** A name with a text, or null. */
    public Json field(String name, @Nullable String value) {
        return name(name).text(value);
    }

    /** A name with a number. */
    public Json field(String name, long value) {
        name(name);
        return value(Long.toString(value));
    }

    /** A name with true or false. */
    public Json field(String name, boolean value) {
        name(name);
        return value(Boolean.toString(value));
    }

    /** A text, or null. */
    public Json text(@Nullable String value) {
        if (value == null) {
            return value("null");
        }
        separate();
        quote(value);
        comma = true;
        return this;
    }

    /** An element of an array. */
    public Json number(long value) {
        return value(Long.toString(value));
    }

    private Json value(String literal) {
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

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                        out.append("\\u").append(Character.forDigit(c >> 12, 16));
                        out.append(Character.forDigit(c >> 8 & 15, 16));
                        out.append(Character.forDigit(c >> 4 & 15, 16));
                        out.append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
