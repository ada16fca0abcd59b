package dev.weft.control.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the word that somebody probably meant. */
public final class Suggestion {

    private static final int MAX_LENGTH = 64;

    private Suggestion() {}

    /** {@code "; did you mean X?"}, or what is known if nothing is near. */
    static String of(String given, Collection<String> known) {
        return known.stream()
                .filter(word -> distance(given, word) <= Math.max(2, word.length() / 3))
                .min(Comparator.comparingInt(word -> distance(given, word)))
                .map(word -> "; did you mean " + word + "?")
                .orElseGet(() -> " (known: " + String.join(", ", known) + ")");
    }

    /** Edits from one word to the other, without regard to case. */
    private static int distance(String given, String word) {
        if (given.length() > MAX_LENGTH) {
            return MAX_LENGTH;
        }
        return edits(given.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
    }

    /** Levenshtein's distance: letters to add, drop or change. */
    public static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
