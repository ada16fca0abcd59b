package dev.weft.daemon.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Guesses which existing name was meant by a name that does not exist. */
public final class Guess {

    private static final int MOST_GUESSES = 3;

    /** Longest text that is compared, in characters: the work grows with the product of the lengths. */
    private static final int MAX_LENGTH = 256;

    private Guess() {}

    /**
     * Returns the names most similar to {@code given}, ignoring case, the most similar first; empty if no name is
     * similar.
     */
    public static List<String> near(String given, Collection<String> names) {
        if (given.length() > MAX_LENGTH) {
            return List.of();
        }
        return names.stream()
                .filter(name -> edits(given, name) <= tolerated(given))
                .sorted(Comparator.<String>comparingInt(name -> edits(given, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST_GUESSES)
                .toList();
    }

    private static int edits(String given, String name) {
        return distance(given.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }

    /** Returns {@code "did you mean shop/web or shop/wet?"}, or an empty text if there are no guesses. */
    public static String question(Collection<String> guesses) {
        return guesses.isEmpty() ? "" : "did you mean " + String.join(" or ", guesses) + "?";
    }

    private static int tolerated(String given) {
        return Math.max(1, given.length() / 3);
    }

    /**
     * Returns the optimal string alignment distance: insertions, deletions, replacements, and swaps of two neighbours.
     */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
