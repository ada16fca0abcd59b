package dev.weft.proxy.http;

import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import dev.weft.proxy.http.GateRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A request line (RFC 9112 section 3), read strictly.
 *
 * @param method in upper case
 * @param path path of the target, in the form that policy sees; empty for CONNECT
 * @param authority authority of a target in absolute-form, or of CONNECT; null for the other forms
 * @param http10 whether the version is HTTP/1.0
 * @param oneMeaning whether policy can judge the line; always true if it was read strictly
 * @param end index of the line's CRLF
 */
record Http1RequestLine(
        String method, String path, @Nullable Http1Authority authority, boolean http10, boolean oneMeaning, int end) {
    private static final String CONNECT = "CONNECT";
    private static final String SCHEME = "http://";
    private static final String VERSION = "HTTP/1.";
    private static final int FIRST_BEYOND_ASCII = 0x80;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String[] METHODS = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"};

    /**
     * Reads the line at the start of these octets.
     *
     * @param connect whether CONNECT is read; if not, it is refused
     * @param lenient whether CONNECT, and targets that could be read in several ways, are read in any case
     */
    static Http1RequestLine read(byte[] bytes, int count, boolean connect, boolean lenient)
            throws UnacceptableException {
        int end = Http1Fields.lineEnd(bytes, 0, count);
        int space = checkMethod(bytes, end);
        int second = space + 1;
        while (second < end && (Http1Octets.isVisible(bytes[second]) || (lenient && bytes[second] < 0))) {
            second++;
        }
        if (space == end || second == end || second == space + 1 || bytes[second] != ' ') {
            throw new UnacceptableException(
                    Code.MALFORMED, "a request line that is not a method, a target and a version");
        }
        boolean http10 = isHttp10(bytes, second + 1, end);
        String method = method(bytes, space);
        String target = new String(bytes, space + 1, second - space - 1, StandardCharsets.ISO_8859_1);
        if (!method.equals(CONNECT)) {
            return target(method, target, http10, end, lenient);
        }
        if (!connect && !lenient) {
            throw new UnacceptableException(Code.NOT_IMPLEMENTED, "CONNECT: this is no proxy");
        }
        return new Http1RequestLine(method, "", connectTarget(target), http10, connect, end);
    }

    /** Reads the authority-form (RFC 9112 section 3.2.3). A port is required (RFC 9110 section 9.3.6). */
    private static Http1Authority connectTarget(String target) throws UnacceptableException {
        Http1Authority authority = Http1Authority.of(target);
        if (!Http1Authority.hasPort(target)) {
            throw new UnacceptableException(Code.HOST, "a CONNECT without a port");
        }
        return authority;
    }

    boolean isConnect() {
        return method.equals(CONNECT);
    }

    /** Returns the target as it was sent; takes the octets from which this line was read. */
    String target(byte[] bytes) {
        int from = method.length() + 1;
        return new String(bytes, from, end - 1 - VERSION.length() - 1 - from, StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns the index where the method ends. Also called on an incomplete line, so that bytes that are not HTTP are
     * refused at the first octets.
     */
    static int checkMethod(byte[] bytes, int end) throws UnacceptableException {
        int at = 0;
        while (at < end && bytes[at] != ' ') {
            if (!Http1Octets.isToken(bytes[at]) || (bytes[at] >= 'a' && bytes[at] <= 'z')) {
                // A lone CR may be half of a line's end: the reader of the section decides that.
                if (bytes[at] == '\r' && at == end - 1) {
                    return at;
                }
                throw new UnacceptableException(Code.MALFORMED, "a method that is no token in upper case");
            }
            at++;
        }
        if (at == 0 && end > 0) {
            throw new UnacceptableException(Code.MALFORMED, "a request line that begins with a space");
        }
        return at;
    }

    private static String method(byte[] bytes, int end) {
        for (String method : METHODS) {
            if (method.length() == end && method.charAt(0) == bytes[0] && method.charAt(end - 1) == bytes[end - 1]) {
                String text = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
                return text.equals(method) ? method : text;
            }
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** Whether the version is HTTP/1.0; else it is HTTP/1.1. */
    static boolean isHttp10(byte[] bytes, int from, int end) throws UnacceptableException {
        if (end - from == VERSION.length() + 1) {
            boolean http1 = true;
            for (int i = 0; i < VERSION.length(); i++) {
                http1 &= bytes[from + i] == VERSION.charAt(i);
            }
            if (http1 && (bytes[end - 1] == '0' || bytes[end - 1] == '1')) {
                return bytes[end - 1] == '0';
            }
            if (new String(bytes, from, end - from, StandardCharsets.ISO_8859_1).matches("HTTP/[0-9]\\.[0-9]")) {
                throw new UnacceptableException(Code.VERSION, "a version other than HTTP/1.0 and HTTP/1.1");
            }
        }
        throw new UnacceptableException(Code.MALFORMED, "a first line without an HTTP version");
    }

    private static Http1RequestLine target(String method, String target, boolean http10, int end, boolean lenient)
            throws UnacceptableException {
        try {
            return target(method, target, http10, end);
        } catch (UnacceptableException e) {
            if (!lenient) {
                throw e;
            }
            return new Http1RequestLine(method, asSaid(target), null, http10, false, end);
        }
    }

    /** Returns the target without its query, in visible ASCII. */
    private static String asSaid(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        StringBuilder visible = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c < FIRST_BEYOND_ASCII) {
                visible.append(c);
            } else {
                visible.append('%').append(HEX.toHighHexDigit(c)).append(HEX.toLowHexDigit(c));
            }
        }
        return visible.toString();
    }

    private static Http1RequestLine target(String method, String target, boolean http10, int end)
            throws UnacceptableException {
        if (target.equals("*") && !method.equals("OPTIONS")) {
            throw new UnacceptableException(Code.MALFORMED, "the target \"*\" for another method than OPTIONS");
        }
        try {
            if (target.startsWith("/") || target.equals("*")) {
                return new Http1RequestLine(method, RequestPath.normalize(target), null, http10, true, end);
            }
            if (!target.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                throw new UnacceptableException(
                        Code.MALFORMED, "a target that is no path and no URI of the scheme http");
            }
            int path = SCHEME.length();
            while (path < target.length() && "/?#".indexOf(target.charAt(path)) < 0) {
                path++;
            }
            Http1Authority authority = Http1Authority.of(target.substring(SCHEME.length(), path));
            String rest = target.substring(path);
            // OPTIONS with a URI without a path means the server as a whole (RFC 9112 section 3.2.4).
            String form = RequestPath.normalize(rest.isEmpty() && method.equals("OPTIONS") ? "*" : rest);
            return new Http1RequestLine(method, form, authority, http10, true, end);
        } catch (UnacceptablePathException e) {
            throw new UnacceptableException(Code.PATH, String.valueOf(e.getMessage()));
        }
    }
}
