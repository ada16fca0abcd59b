package dev.weft.proxy.route;

/** Of what characters values of fields and names of hosts are. */
final class Characters {
    private static final int MAX_HOST = 253;

    private Characters() {}

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
}
