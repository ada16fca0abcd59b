package dev.weft.proxy.route;

import org.jspecify.annotations.Nullable;

/**
 * An answer that sends the caller elsewhere (RFC 9110 section 15.4). What is empty, 0 or null is as in the request.
 *
 * @param scheme http or https
 * @param status 301, 302, 303, 307 or 308
 */
public record Redirect(
        String scheme,
        String hostname,
        int port,
        int status,
        @Nullable PathChange path) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /**
     * The value of Location.
     *
     * @param authority of the request, as its Host says it; "" if it has none, and then the place is relative to the request's
     * @param target of the request, in origin-form
     * @param prefixElements how many elements of the path the match asked for
     */
    public String location(String authority, String target, int prefixElements) {
        String where = path == null ? target : path.apply(target, prefixElements);
        int colon = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        String host = hostname.isEmpty() ? authority.substring(0, colon > 0 ? colon : authority.length()) : hostname;
        if (host.isEmpty()) {
            return where;
        }
        String to = scheme.isEmpty() ? "http" : scheme;
        return to + "://" + host + portOf(to, colon > 0 ? authority.substring(colon) : "") + where;
    }

    /** With its colon; nothing where it is that of the scheme. */
    private String portOf(String to, String said) {
        if (port == 0) {
            return scheme.isEmpty() ? said : "";
        }
        return port == (to.equals("https") ? HTTPS : HTTP) ? "" : ":" + port;
    }
}
