package dev.weft.policy.request;

/** Lower case for the letters A to Z only. Other characters stay as they are, whatever the locale of the machine. */
public final class Ascii {

    private static final int CASE = 'a' - 'A';

    private Ascii() {}

    /** Returns the text with A to Z in lower case; the same object if it has no upper-case letter. */
    public static String lowerCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUpper(text.charAt(i))) {
                return lowerCaseFrom(text, i);
            }
        }
        return text;
    }

    static char lowerCase(char c) {
        return isUpper(c) ? (char) (c + CASE) : c;
    }

    private static String lowerCaseFrom(String text, int first) {
        char[] chars = text.toCharArray();
        for (int i = first; i < chars.length; i++) {
            chars[i] = lowerCase(chars[i]);
        }
        return new String(chars);
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }
}
