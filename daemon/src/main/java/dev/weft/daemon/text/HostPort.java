package dev.weft.daemon.text;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** Reads and writes addresses with a port. */
public final class HostPort {
    /** The highest port number. */
    public static final int MAX_PORT = 65_535;

    /**
     * The form of RFC 3986 section 3.2.2. Some readers take an address with leading zeros, fewer parts or a sign for
     * another address.
     */
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");

    private static final Pattern PORT = Pattern.compile("0|[1-9]\\d{0,4}");

    private HostPort() {}

    /** Reads {@code 10.0.0.1:80} or {@code [fd00::1]:80}: a numeric address, never a name. */
    public static InetSocketAddress literal(String text) {
        int colon = colon(text);
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("address: " + text + " (expected: IPv6 in brackets)");
        }
        if (!bracketed && !IPV4.matcher(host).matches()) {
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
        if (!PORT.matcher(digits).matches()) {
            throw new IllegalArgumentException("port of " + text + " (expected: 0-65535)");
        }
        int port = Integer.parseInt(digits);
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        return port;
    }
}
