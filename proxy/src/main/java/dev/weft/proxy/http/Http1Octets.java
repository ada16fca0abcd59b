package dev.weft.proxy.http;

import dev.weft.policy.request.Token;

/** Octets of heads: which may stand where (RFC 9110 section 5.6), and comparison without regard to case. */
final class Http1Octets {
    private static final int DELETE = 0x7f;
    private static final int OCTETS = 256;
    private static final int CASE = 0x20;
    private static final boolean[] TOKEN = token();

    private Http1Octets() {}

    private static boolean[] token() {
        boolean[] token = new boolean[OCTETS];
        for (int c = 0; c < OCTETS; c++) {
            token[c] = Token.hasCharacter(c);
        }
        return token;
    }

    static boolean isAlphanumeric(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** A character of a token. */
    static boolean isToken(byte c) {
        return TOKEN[c & 0xff];
    }

    /** Whether there is a token, and nothing else. */
    static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isToken(bytes[i])) {
                return false;
            }
        }
        return from < to;
    }

    /** Visible ASCII. */
    static boolean isVisible(byte c) {
        return c > ' ' && c < DELETE;
    }

    /** What a field's value may have: visible ASCII, obs-text, space and tab. */
    static boolean isValue(byte c) {
        return c >= ' ' ? c != DELETE : c < 0 || c == '\t';
    }

    static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    /** Whether the octets are the text, which is in lower case, in any case. */
    static boolean is(byte[] bytes, int from, int to, String lowerCase) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (lowerCase(bytes[from + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * As above, with each hyphen of the text standing for anything but a letter or a digit: CGI and its like make the same variable
     * of a name with hyphens and of one with underscores.
     */
    static boolean resembles(byte[] bytes, int from, int to, String lowerCase) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            int expected = lowerCase.charAt(i);
            int c = bytes[from + i];
            if (expected == '-' ? isAlphanumeric(c) : lowerCase(c) != expected) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c + CASE : c;
    }
}
