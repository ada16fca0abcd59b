package dev.weft.proxy.http;

import dev.weft.policy.request.Ascii;
import dev.weft.policy.request.RequestHost;
import dev.weft.proxy.http.GateRefusal.Code;

/**
 * A host with an optional port (RFC 9110 section 7.2). Stricter than RFC 3986: no user information, no
 * percent-encoding, and only characters of host names and IP addresses.
 *
 * @param host in lower case; an IPv6 address is in brackets and in the form of {@link RequestHost#normalize}
 * @param port 80 if the text has none, or none behind its colon
 */
record Http1Authority(String host, int port) {
    private static final int HTTP = 80;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_HOST = 255;

    /** No host at all. */
    static final Http1Authority NONE = new Http1Authority("", HTTP);

    static Http1Authority of(String text) throws UnacceptableException {
        int colon = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        int end = colon <= 0 ? text.length() : colon;
        String host = text.substring(0, end);
        boolean ipv6 = host.startsWith("[");
        boolean sound = ipv6 ? RequestHost.isIpv6(host) : isName(host);
        if (!sound || host.length() > MAX_HOST) {
            throw new UnacceptableException(Code.HOST, "a host that is no name and no address");
        }
        return new Http1Authority(
                ipv6 ? RequestHost.normalize(host) : Ascii.lowerCase(host), port(text.substring(end)));
    }

    /** Whether a valid authority has a port that is not empty. */
    static boolean hasPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') && colon < authority.length() - 1;
    }

    private static int port(String text) throws UnacceptableException {
        if (text.isEmpty() || text.equals(":")) { // a port may be empty (RFC 3986 section 3.2.3)
            return HTTP;
        }
        int port = 0;
        boolean sound = text.charAt(0) == ':' && text.length() <= 1 + MAX_PORT_DIGITS;
        for (int i = 1; sound && i < text.length(); i++) {
            sound = Http1Octets.isDigit(text.charAt(i));
            port = port * 10 + text.charAt(i) - '0';
        }
        if (!sound || port == 0 || port > MAX_PORT) {
            throw new UnacceptableException(Code.HOST, "a host with something else than a port behind it");
        }
        return port;
    }

    private static boolean isName(String host) {
        boolean dot = true; // at the start, or after a dot: a dot may not follow
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.' ? dot : !Http1Octets.isAlphanumeric(c) && c != '-' && c != '_') {
                return false;
            }
            dot = c == '.';
        }
        return !host.isEmpty();
    }
}
