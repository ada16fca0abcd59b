package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Wraps a sentence between words. */
public final class Wrapping {

    /** How many columns deeper the lines after the first begin. */
    private static final int DEEPER = 2;
    /** Fewest columns that stay for text after a line's indentation. */
    private static final int NARROWEST = 20;

    private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");

    private Wrapping() {}

    /**
     * Returns the lines of a sentence; the lines after the first begin in column {@code below}. Styles take no columns.
     * A word that is longer than a line stays whole, so that addresses and identities can be copied.
     */
    public static List<String> lines(String sentence, int columns, int below) {
        if (width(sentence) <= columns) {
            return List.of(sentence);
        }
        int blanks = sentence.length() - sentence.stripLeading().length();
        String indent = " ".repeat(Math.max(0, Math.min(columns - NARROWEST, below)));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(sentence.substring(0, blanks));
        boolean empty = true;
        for (String word : sentence.stripLeading().split(" ", -1)) {
            if (!empty && width(line) + 1 + width(word) > columns) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** Returns the column for the lines after the first: somewhat deeper than the sentence itself. */
    static int usualIndent(String sentence) {
        return sentence.length() - sentence.stripLeading().length() + DEEPER;
    }

    static int width(CharSequence text) {
        String plain = STYLE.matcher(text).replaceAll("");
        return plain.codePointCount(0, plain.length());
    }
}
