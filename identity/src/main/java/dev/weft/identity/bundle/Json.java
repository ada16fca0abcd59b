package dev.weft.identity.bundle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A JSON value (RFC 8259). */
sealed interface Json {

    /** Members in the order of the text. */
    record Members(Map<String, Json> byName) implements Json {
        public Members {
            byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
        }
    }

    record Items(List<Json> items) implements Json {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Text(String value) implements Json {}

    /** As written, so that no digit is lost. */
    record Numeral(String literal) implements Json {}

    /** What the members of a bundle never are. */
    enum Literal implements Json {
        TRUE,
        FALSE,
        NULL
    }

    /** What it is, for messages. */
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
