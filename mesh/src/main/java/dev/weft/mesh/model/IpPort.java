package dev.weft.mesh.model;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IP address and a port, never a name to resolve. */
public record IpPort(InetAddress address, int port) {

    private static final int MAX_PORT = 65535;
    /** Longest text, in characters: an IPv6 address with an IPv4 tail, brackets, a port. */
    private static final int MAX_TEXT = 53;

    /** An IPv4 address has all of its parts here: the JDK also reads 1.2 and 007.1.1.1. No address has a zone. */
    private static final Pattern FORM = Pattern.compile(
            "(?:((?:(?:0|[1-9][0-9]{0,2})[.]){3}(?:0|[1-9][0-9]{0,2}))|\\[([0-9A-Fa-f.]*:[0-9A-Fa-f.:]*)\\])"
                    + ":([1-9][0-9]{0,4})");

    /** @throws IllegalArgumentException if the port is out of range */
    public IpPort {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
        }
    }

    /** Reads {@code 10.1.2.3:80} or {@code [fd00::1]:80}; empty for any other text. */
    public static Optional<IpPort> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_TEXT || !form.matches()) {
            return Optional.empty();
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        try {
            return Optional.of(new IpPort(InetAddress.ofLiteral(host), Integer.parseInt(form.group(3))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
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
