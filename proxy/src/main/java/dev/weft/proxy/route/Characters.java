package dev.weft.proxy.route;

/** Checks the characters of field values and of host names. */
final class Characters {
    private static final int MAX_HOST = 253;

    private Characters() {}

    /** Whether this is a field value. Stricter than RFC 9110 section 5.5: only ASCII is allowed. */
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

    /** Whether this is a host name in lower case, without a port (RFC 1123 section 2.1). */
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
}
