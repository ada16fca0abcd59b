package dev.weft.mesh.model;

import java.net.InetAddress;
import java.util.Optional;

/** An IP address and a port, never a name to resolve. */
public record IpPort(InetAddress address, int port) {

    private static final int MAX_PORT = 65535;
    private static final int MAX_PORT_DIGITS = 5;
    /** Longest text, in characters: an IPv6 address with an IPv4 tail, brackets, a port. */
    private static final int MAX_TEXT = 53;

    /** @throws IllegalArgumentException if the port is out of range */
    public IpPort {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
        }
    }

    /** Reads {@code 10.1.2.3:80} or {@code [fd00::1]:80}; empty for any other text. */
    public static Optional<IpPort> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (text.length() > MAX_TEXT || colon < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (bracketed != host.contains(":") || host.contains("%") || !isIpv4OrIpv6(host, bracketed)) {
            return Optional.empty();
        }
        try {
            int port = port(text.substring(colon + 1));
            return Optional.of(new IpPort(InetAddress.ofLiteral(host), port));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Checks the form of an IPv4 address, because the JDK also reads 1.2 and 007.1.1.1 as IPv4 addresses. */
    private static boolean isIpv4OrIpv6(String host, boolean bracketed) {
        return bracketed || host.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    }

    private static int port(String digits) {
        if (digits.isEmpty()
                || digits.length() > MAX_PORT_DIGITS
                || digits.charAt(0) == '0'
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("port: " + digits + " (expected: 1-65535)");
        }
        return Integer.parseInt(digits);
    }

    /** Returns {@code 10.1.2.3:80} or {@code [fd00::1]:80}. */
    public static String format(InetAddress address, int port) {
        String host = address.getHostAddress();
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }

    @Override
    public String toString() {
        return format(address, port);
    }
}
