package dev.weft.identity.bundle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A JSON value (RFC 8259). */
sealed interface JsonValue {

    /** An object; its members keep the order of the text. */
    record Members(Map<String, JsonValue> byName) implements JsonValue {
        public Members {
            byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
        }
    }

    record Items(List<JsonValue> items) implements JsonValue {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Text(String value) implements JsonValue {}

    /** A number as written, so no digit is lost. */
    record Numeral(String literal) implements JsonValue {}

    /** Values that members of a bundle never have. */
    enum Literal implements JsonValue {
        TRUE,
        FALSE,
        NULL
    }

    /** Returns the kind of value in words, for messages. */
    default String kind() {
        return switch (this) {
            case Members _ -> "an object";
            case Items _ -> "an array";
            case Text _ -> "a string";
            case Numeral _ -> "a number";
            case Literal literal -> literal.name().toLowerCase(Locale.ROOT);
        };
    }
}
