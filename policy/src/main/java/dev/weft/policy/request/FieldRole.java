package dev.weft.policy.request;

import java.util.Set;

/**
 * The role of a header field. Routes may only change fields of the role {@link #MESSAGE}. This holds both where a route
 * is read and where a proxy applies it.
 */
public enum FieldRole {
    /** Names where the message goes. */
    HOST,
    /**
     * Controls how the message is carried or framed. Changing such a field breaks messages or allows request smuggling.
     */
    CARRYING,
    /** A field of the mesh: it names the caller, or the reason of a refusal. */
    MESH,
    /** Any other field. */
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
     * Returns the role of a field.
     *
     * @param name in any case. A character that is neither letter nor digit counts as a hyphen, because some
     *     applications treat such names as equal
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

    /**
     * Whether two names differ, but only in letter case and in characters that are neither letter nor digit. CGI, WSGI
     * and similar interfaces make the same variable of {@code x-admin} and {@code X_Admin}.
     */
    public static boolean areLookalikes(CharSequence name, String lowerCaseName) {
        if (name.length() != lowerCaseName.length()) {
            return false;
        }
        boolean same = true;
        for (int i = 0; i < lowerCaseName.length(); i++) {
            char wanted = lowerCaseName.charAt(i);
            char given = Ascii.lowerCase(name.charAt(i));
            if (given != wanted && (isAlphanumeric(given) || isAlphanumeric(wanted))) {
                return false;
            }
            same &= given == wanted;
        }
        return !same;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }

    private static String hyphenated(String name) {
        StringBuilder form = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            form.append(isAlphanumeric(c) ? c : '-');
        }
        return form.toString();
    }
}
