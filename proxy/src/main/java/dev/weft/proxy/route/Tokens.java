package dev.weft.proxy.route;

/** Of what characters names and values are. */
final class Tokens {
    private static final String MARKS = "!#$%&'*+-.^_`|~";
    private static final int MAX_HOST = 253;

    private Tokens() {}

    /** RFC 9110 section 5.6.2. */
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Narrower than RFC 9110 section 5.5: no octets beyond ASCII. */
    static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = c == ' ' || c == '\t';
            boolean edge = i == 0 || i == text.length() - 1;
            if (blank ? edge : c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** A name of a host in lower case, without a port (RFC 1123 section 2.1). */
    static boolean isHostname(String text) {
        char before = '.';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean joins = (c == '-' || c == '.') && before != '.' && (c == '-' || before != '-');
            if (!letter && !joins) {
                return false;
            }
            before = c;
        }
        return !text.isEmpty() && text.length() <= MAX_HOST && before != '-' && before != '.';
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
