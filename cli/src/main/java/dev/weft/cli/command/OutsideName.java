package dev.weft.cli.command;

import dev.weft.cli.explain.OutsideAnswer.Destination;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.request.RequestHost;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses the command line's name of a destination outside the mesh. */
final class OutsideName {

    private static final int LAST_PORT = 65_535;

    private OutsideName() {}

    /**
     * Parses {@code HOST:PORT} or {@code ADDRESS:PORT}; an IPv6 address must be in brackets.
     *
     * @param host host that the application names, if the text has an address; null if not known
     * @param address address of the host, if the text has a host; null if not known
     */
    static Destination parse(String given, @Nullable String host, @Nullable InetAddress address) {
        int colon = given.lastIndexOf(':');
        String named = colon < 0 ? given : given.substring(0, colon);
        boolean bracketed = named.startsWith("[") && named.endsWith("]");
        Optional<InetAddress> literal = literal(bracketed ? named.substring(1, named.length() - 1) : named);
        int port = colon < 0 ? 0 : port(given.substring(colon + 1));
        if (port == 0 || (literal.isEmpty() && bracketed)) {
            throw wrong("--to: " + given
                    + " (expected: HOST:PORT or ADDRESS:PORT, such as api.bank.example:443 or [fd00::1]:443)");
        }
        if (literal.isPresent()) {
            if (address != null) {
                throw wrong("--to has one address, and --address another");
            }
            return new Destination(host == null ? null : host(host), literal.get(), port);
        }
        if (host != null) {
            throw wrong("--to has one host, and --host another");
        }
        return new Destination(host(named), address, port);
    }

    private static String host(String given) {
        String host = RequestHost.normalize(given);
        if (host.isEmpty() || HostPattern.unmet(host) != null || host.startsWith("*")) {
            throw wrong("host: " + given + " (expected: a name such as api.bank.example)");
        }
        return host;
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Returns a port; 0 if the text is none. */
    static int port(String text) {
        boolean number = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(text) : 0;
        return port > LAST_PORT ? 0 : port;
    }

    private static CommandFailure wrong(String what) {
        return CommandFailure.usage(what, "see 'weft policy explain --help'");
    }
}
