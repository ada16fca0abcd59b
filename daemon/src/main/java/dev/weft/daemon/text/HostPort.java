package dev.weft.daemon.text;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Reads and writes addresses with a port. */
public final class HostPort {
    /** The highest port number. */
    public static final int MAX_PORT = 65_535;

    private static final int IPV4_PARTS = 4;
    private static final int IPV4_DIGITS = 3;
    private static final int PORT_DIGITS = 5;

    private HostPort() {}

    /** Reads {@code 10.0.0.1:80} or {@code [fd00::1]:80}: a numeric address, never a name. */
    public static InetSocketAddress literal(String text) {
        int colon = colon(text);
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("address: " + text + " (expected: IPv6 in brackets)");
        }
        if (!bracketed && !isIpv4(host)) {
            throw new IllegalArgumentException("address: " + text + " (expected: ip:port, as 10.0.0.1:80)");
        }
        InetAddress address = InetAddress.ofLiteral(bracketed ? inner(host) : host);
        if (bracketed != (address instanceof Inet6Address) || host.indexOf('%') >= 0) {
            throw new IllegalArgumentException("address: " + text + " (expected: ip:port, IPv6 in brackets, no zone)");
        }
        return new InetSocketAddress(address, port(text, colon));
    }

    /** Reads {@code host:port}. The name is resolved at each connection. */
    public static InetSocketAddress unresolved(String text) {
        int colon = colon(text);
        String host = text.substring(0, colon);
        if (host.isEmpty()) {
            throw new IllegalArgumentException("address: " + text + " (expected: host:port)");
        }
        return InetSocketAddress.createUnresolved(host.startsWith("[") ? inner(host) : host, port(text, colon));
    }

    /** Returns the text of an address, with IPv6 in brackets, in the same form as the names in the directory. */
    public static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        String literal = ip.getHostAddress();
        if (!(ip instanceof Inet6Address)) {
            return literal + ":" + address.getPort();
        }
        int zone = literal.indexOf('%');
        return "[" + (zone < 0 ? literal : literal.substring(0, zone)) + "]:" + address.getPort();
    }

    /**
     * Whether this has the form of RFC 3986 section 3.2.2. Some readers take an address with leading zeros, fewer parts
     * or a sign for another address. Read by hand, as a regular expression costs 1 % of a new connection.
     */
    private static boolean isIpv4(String host) {
        int begin = 0;
        for (int part = 1; part < IPV4_PARTS; part++) {
            int end = host.indexOf('.', begin);
            if (end < 0 || !isNumber(host, begin, end, IPV4_DIGITS)) {
                return false;
            }
            begin = end + 1;
        }
        return isNumber(host, begin, host.length(), IPV4_DIGITS);
    }

    /** Whether this part of a text is a decimal number of ASCII digits without leading zeros. */
    private static boolean isNumber(String text, int begin, int end, int maxDigits) {
        if (begin == end || end - begin > maxDigits || (text.charAt(begin) == '0' && end - begin > 1)) {
            return false;
        }
        for (int i = begin; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static int colon(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("address: " + text + " (expected: host:port)");
        }
        return colon;
    }

    private static String inner(String host) {
        if (!host.endsWith("]")) {
            throw new IllegalArgumentException("address: " + host + " (expected: a closing bracket)");
        }
        return host.substring(1, host.length() - 1);
    }

    private static int port(String text, int colon) {
        String digits = text.substring(colon + 1);
        if (!isNumber(digits, 0, digits.length(), PORT_DIGITS)) {
            throw new IllegalArgumentException("port of " + text + " (expected: 0-65535)");
        }
        int port = Integer.parseInt(digits);
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        return port;
    }
}
