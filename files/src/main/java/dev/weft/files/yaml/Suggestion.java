package dev.weft.files.yaml;

import dev.weft.daemon.text.Guess;
import java.util.Collection;

/** Finds the word that somebody probably meant. */
final class Suggestion {

    private Suggestion() {}

    /** {@code "; did you mean X?"}, or what is known if nothing is near. */
    static String of(String given, Collection<String> known) {
        return Guess.near(given, known).stream()
                .findFirst()
                .map(word -> "; did you mean " + word + "?")
                .orElseGet(() -> " (known: " + String.join(", ", known) + ")");
    }
}
