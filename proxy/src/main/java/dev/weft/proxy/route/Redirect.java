package dev.weft.proxy.route;

import org.jspecify.annotations.Nullable;

/**
 * A redirect response (RFC 9110 section 15.4). A value that is empty, 0 or null is taken from the request.
 *
 * @param scheme http or https; empty as in the request
 * @param status status of the response: 301, 302, 303, 307 or 308
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
     * Returns the value of the Location header.
     *
     * @param authority the request's Host; empty if it has none, and then the Location may be a path without a host
     * @param target target of the request, in origin-form
     * @param prefixElements number of path elements in the prefix that matched
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

    /** Returns the port with its colon; empty if it is the default port of the scheme. */
    private String portOf(String to, String said) {
        if (port == 0) {
            return scheme.isEmpty() ? said : "";
        }
        return port == (to.equals("https") ? HTTPS : HTTP) ? "" : ":" + port;
    }
}
