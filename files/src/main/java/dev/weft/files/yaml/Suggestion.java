package dev.weft.files.yaml;

import dev.weft.daemon.text.Guess;
import java.util.Collection;

/** Suggests the word that was probably meant. */
final class Suggestion {

    private Suggestion() {}

    /** Returns {@code "; did you mean X?"}, or the known words if none is similar. */
    static String of(String given, Collection<String> known) {
        return Guess.near(given, known).stream()
                .findFirst()
                .map(word -> "; did you mean " + word + "?")
                .orElseGet(() -> " (known: " + String.join(", ", known) + ")");
    }
}
