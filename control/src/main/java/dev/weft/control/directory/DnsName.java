package dev.weft.control.directory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A DNS name that can be a name of the mesh, in the canonical form that proxies use. */
public sealed interface DnsName {

    /** The name of a Service or workload. */
    record Named(String namespace, String name, String zone) implements DnsName {}

    /** The reverse name of an address (RFC 1035, section 3.5; RFC 3596, section 2.5). */
    record Reversed(InetAddress address) implements DnsName {}

    /** Longest name, RFC 1035 section 2.3.4. */
    int MAX_LENGTH = 253;

    /** Parses a name in its canonical form; empty if it cannot be a name of the mesh. */
    static Optional<DnsName> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher named = Forms.NAMED.matcher(text);
        if (named.matches()) {
            return Optional.of(new Named(named.group(2), named.group(1), named.group(3)));
        }
        return Forms.reversed(text).map(Reversed::new);
    }

    /** The patterns of names. */
    final class Forms {
        private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
        private static final Pattern NAMED =
                Pattern.compile("(" + LABEL + ")\\.(" + LABEL + ")\\.svc\\.([a-z0-9](?:[-a-z0-9_.]*[a-z0-9])?)");
        private static final Pattern IPV4 = Pattern.compile("((?:(?:0|[1-9]\\d{0,2})\\.){4})in-addr\\.arpa");
        private static final Pattern IPV6 = Pattern.compile("((?:[0-9a-f]\\.){32})ip6\\.arpa");
        private static final int HEX = 16;
        private static final int MAX_OCTET = 255;

        private Forms() {}

        private static Optional<InetAddress> reversed(String text) {
            Matcher four = IPV4.matcher(text);
            if (four.matches()) {
                return address(List.of(four.group(1).split("\\.")).reversed(), 10, 1);
            }
            Matcher six = IPV6.matcher(text);
            return six.matches() ? address(List.of(six.group(1).split("\\.")).reversed(), HEX, 2) : Optional.empty();
        }

        private static Optional<InetAddress> address(List<String> digits, int radix, int perOctet) {
            byte[] octets = new byte[digits.size() / perOctet];
            for (int i = 0; i < octets.length; i++) {
                int octet = Integer.parseInt(String.join("", digits.subList(i * perOctet, (i + 1) * perOctet)), radix);
                if (octet > MAX_OCTET) {
                    return Optional.empty();
                }
                octets[i] = (byte) octet;
            }
            try {
                return Optional.of(InetAddress.getByAddress(octets));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("address of " + octets.length + " octets (expected: 4 or 16)", e);
            }
        }
    }
}
