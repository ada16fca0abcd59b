package dev.weft.policy.request;

import java.util.Set;

/** What a header field is about. A route may change those of the message alone, where it is read and where it is obeyed. */
public enum FieldRole {
    /** Where the message goes. */
    HOST,
    /** How the message is carried, or framed: to change one breaks or smuggles messages. */
    CARRYING,
    /** Of the mesh: who calls, and why something was refused. */
    MESH,
    /** All else. */
    MESSAGE;

    private static final String OF_MESH = "weft-";
    private static final Set<String> OF_CARRYING = Set.of(
            "connection",
            "content-length",
            "expect",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /**
     * That of a field.
     *
     * @param name in any case. A character that is no letter and no digit counts as a hyphen: some applications take such names for
     *     the same
     */
    public static FieldRole of(String name) {
        String form = hyphenated(Ascii.lowerCase(name));
        if (form.equals("host")) {
            return HOST;
        }
        if (form.startsWith(OF_MESH)) {
            return MESH;
        }
        return OF_CARRYING.contains(form) ? CARRYING : MESSAGE;
    }

    private static String hyphenated(String name) {
        StringBuilder form = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
            form.append(alphanumeric ? c : '-');
        }
        return form.toString();
    }
}
