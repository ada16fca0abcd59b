package dev.weft.identity.spiffe;

/** Escapes untrusted text for messages and logs: quoted, printable ASCII, of limited length. */
public final class PeerText {

    /** Most characters of the original that are shown. */
    public static final int MAX_SHOWN = 120;

    private PeerText() {}

    /** Returns the text in double quotes. Characters other than printable ASCII are escaped, and a long text is cut. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 8).append('"');
        for (int i = 0; i < text.length() && i < MAX_SHOWN; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        if (text.length() > MAX_SHOWN) {
            quoted.append("...");
        }
        return quoted.append('"').toString();
    }
}
