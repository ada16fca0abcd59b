package dev.weft.proxy.http;

import dev.weft.policy.request.Token;

/**
 * Checks which octets are allowed in which part of a head (RFC 9110 section 5.6), and compares octets without regard to
 * case.
 */
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

    /** Whether the octet may stand in a token. */
    static boolean isToken(byte c) {
        return TOKEN[c & 0xff];
    }

    /** Whether the octets are exactly one token. */
    static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isToken(bytes[i])) {
                return false;
            }
        }
        return from < to;
    }

    /** Whether the octet is visible ASCII. */
    static boolean isVisible(byte c) {
        return c > ' ' && c < DELETE;
    }

    /** Whether the octet may stand in a field's value: visible ASCII, obs-text, space or tab. */
    static boolean isValue(byte c) {
        return c >= ' ' ? c != DELETE : c < 0 || c == '\t';
    }

    static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    /** Whether the octets equal the text without regard to case; the text is in lower case. */
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
     * Like {@link #is}, but an octet that is neither letter nor digit matches each of its kind. CGI and similar
     * interfaces make the same variable of a name with hyphens and of one with underscores.
     */
    static boolean resembles(byte[] bytes, int from, int to, String lowerCase) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            int expected = lowerCase.charAt(i);
            int c = bytes[from + i];
            if (isAlphanumeric(expected) ? lowerCase(c) != expected : isAlphanumeric(c)) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c + CASE : c;
    }
}
