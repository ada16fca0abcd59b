package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A sentence on as many lines as it takes, broken between words. */
final class Wrapped {

    /** How much deeper than the first line the others begin. */
    private static final int DEEPER = 2;
    /** Less than this is left of no line by its indentation. */
    private static final int NARROWEST = 20;

    private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");

    private Wrapped() {}

    /**
     * The lines of a sentence, of which those below the first begin in column {@code below}. Styles take no room; a word that is longer than a line stays whole, as addresses and identities
     * are to be copied.
     */
    static List<String> lines(String sentence, int columns, int below) {
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

    /** Somewhat deeper than the sentence itself. */
    static int usualIndent(String sentence) {
        return sentence.length() - sentence.stripLeading().length() + DEEPER;
    }

    private static int width(CharSequence text) {
        String plain = STYLE.matcher(text).replaceAll("");
        return plain.codePointCount(0, plain.length());
    }
}
