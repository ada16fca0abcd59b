package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The content of the Connection fields (RFC 9110 section 7.6.1): the options close, keep-alive and upgrade, and names
 * of other fields.
 */
final class Http1Connection {
    /**
     * Fields that are meant for the application. A caller that lists one of them hopes that the next reader drops it.
     */
    private static final Set<String> NOT_TO_BE_NAMED =
            Set.of(Http1Fields.CLIENT_ID, "host", "content-length", "transfer-encoding", "connection", "expect");

    private static final List<String> OF_UPGRADE = List.of("upgrade", "http2-settings");

    private boolean close;
    private boolean keepAlive;
    private String rest = "";

    /** Adds one field's value. */
    void add(byte[] bytes, int from, int to) throws UnacceptableException {
        if (Http1Octets.is(bytes, from, to, "keep-alive")) {
            keepAlive = true;
        } else if (Http1Octets.is(bytes, from, to, "close")) {
            close = true;
        } else {
            options(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        }
    }

    private void options(String value) throws UnacceptableException {
        for (String option : value.split(",", -1)) {
            String name = option.strip().toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                continue; // an empty element of a list counts for nothing (RFC 9110 section 5.6.1)
            }
            byte[] octets = name.getBytes(StandardCharsets.ISO_8859_1);
            if (!Http1Octets.isToken(octets, 0, octets.length)) {
                throw new UnacceptableException(Code.MALFORMED, "a connection option that is no token");
            }
            if (NOT_TO_BE_NAMED.contains(name)) {
                throw new UnacceptableException(
                        Code.MALFORMED, "a connection option that names a field for the application");
            }
            close |= name.equals("close");
            keepAlive |= name.equals("keep-alive");
            if (!OF_UPGRADE.contains(name) && !name.equals("close") && !name.equals("keep-alive")) {
                rest = rest.isEmpty() ? name : rest + ", " + name;
            }
        }
    }

    /** Whether the options name this field, other than those of an upgrade, which every reader knows. */
    boolean names(String lowerCaseName) {
        return !rest.isEmpty() && List.of(rest.split(", ", -1)).contains(lowerCaseName);
    }

    /** Whether another message may follow on the connection (RFC 9112 section 9.3). */
    boolean persists(boolean http10) {
        return !close && (!http10 || keepAlive);
    }

    /** Returns all options except those of an upgrade, as a field's value; "" if there are none. */
    String withoutUpgrade() {
        StringJoiner joiner = new StringJoiner(", ");
        if (close) {
            joiner.add("close");
        }
        if (keepAlive) {
            joiner.add("keep-alive");
        }
        if (!rest.isEmpty()) {
            joiner.add(rest);
        }
        return joiner.toString();
    }
}
