package dev.weft.policy.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A range of IP addresses in prefix notation (RFC 4632, RFC 4291 section 2.3).
 *
 * <p>An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) counts as the IPv4 address it maps.
 */
public final class Cidr {

    /** Longest text of a range, in characters. */
    private static final int MAX_LENGTH = 49;

    private static final int BITS_PER_BYTE = 8;
    private static final int IPV6_BYTES = 16;

    private final byte[] network;
    private final int prefixLength;

    private Cidr(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; an address without a prefix is a range of one address. Never asks
     * DNS.
     *
     * @throws IllegalArgumentException if the text is not a range, or bits behind the prefix are set
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (text.length() > MAX_LENGTH || !looksLikeAddress(literal)) {
            throw wrong(text, "an IPv4 or IPv6 range such as 10.0.0.0/8 or fd00::/8");
        }
        byte[] address = bytes(text, literal);
        int bits = address.length * BITS_PER_BYTE;
        int length = slash < 0 ? bits : prefixLength(text, text.substring(slash + 1), bits);
        Cidr cidr = new Cidr(address, length);
        if (!Arrays.equals(address, cidr.masked(address))) {
            throw wrong(text, "no bits set behind the prefix: " + new Cidr(cidr.masked(address), length));
        }
        return cidr;
    }

    /** Returns the range of all addresses that share the first {@code prefixLength} bits of this address. */
    public static Cidr around(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        return new Cidr(new Cidr(bytes, prefixLength).masked(bytes), prefixLength);
    }

    /** How many leading bits all addresses of the range have in common. */
    public int prefixLength() {
        return prefixLength;
    }

    private static boolean looksLikeAddress(String literal) {
        boolean colon = literal.indexOf(':') >= 0;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean hex = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!digit && c != '.' && !(colon && (hex || c == ':'))) {
                return false;
            }
        }
        return colon || isDottedQuad(literal);
    }

    private static boolean isDottedQuad(String literal) {
        String[] parts = literal.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean leadingZero = part.length() > 1 && part.startsWith("0");
            if (part.isEmpty() || part.length() > 3 || leadingZero || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text, String literal) {
        try {
            return InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            throw wrong(text, "an IPv4 or IPv6 range such as 10.0.0.0/8 or fd00::/8");
        }
    }

    private static int prefixLength(String text, String digits, int bits) {
        boolean number = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || !digits.startsWith("0"));
        int length = number ? Integer.parseInt(digits) : -1;
        if (length < 0 || length > bits) {
            throw wrong(text, "a prefix length of 0-" + bits);
        }
        return length;
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        String shown = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
        return new IllegalArgumentException("cidr: " + shown + " (expected: " + expected + ")");
    }

    /** Whether an address is in the range; an address of the other IP family never is. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefixLength / BITS_PER_BYTE;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = prefixLength % BITS_PER_BYTE;
        return rest == 0 || ((bytes[whole] ^ network[whole]) & mask(rest)) == 0;
    }

    /** Whether this is a range of IPv6 addresses. */
    public boolean ipv6() {
        return network.length == IPV6_BYTES;
    }

    private byte[] masked(byte[] address) {
        byte[] masked = new byte[address.length];
        int whole = prefixLength / BITS_PER_BYTE;
        System.arraycopy(address, 0, masked, 0, whole);
        int rest = prefixLength % BITS_PER_BYTE;
        if (rest != 0) {
            masked[whole] = (byte) (address[whole] & mask(rest));
        }
        return masked;
    }

    private static int mask(int bits) {
        return 0xff << (BITS_PER_BYTE - bits) & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && prefixLength == that.prefixLength && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixLength;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + network.length + " bytes", e);
        }
    }
}
