package dev.weft.daemon.text;

import java.util.regex.Pattern;

/**
 * Text that cannot steer a terminal: it has no control and format characters (Unicode categories Cc and Cf) and no
 * separators of lines. What a peer says is made plain before an operator sees it.
 */
public final class PlainText {

    private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private PlainText() {}

    /** Whether a text is plain. */
    public static boolean is(String text) {
        return !STEERING.matcher(text).find();
    }

    /** Returns the text with a question mark in place of each character that is not plain. */
    public static String of(String text) {
        return of(text, "?");
    }

    /** Returns the text with this in place of each character that is not plain. */
    public static String of(String text, String replacement) {
        return is(text) ? text : STEERING.matcher(text).replaceAll(replacement);
    }
}
