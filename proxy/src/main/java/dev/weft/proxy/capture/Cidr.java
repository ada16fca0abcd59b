package dev.weft.proxy.capture;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A range of IP addresses, as {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
 *
 * @param address the address before the slash
 * @param prefixLength how many of its bits count
 */
public record Cidr(InetAddress address, int prefixLength) {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    public Cidr {
        int bits = address instanceof Inet6Address ? IPV6_BITS : IPV4_BITS;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefix length of %s: %d (expected: 0-%d)".formatted(address.getHostAddress(), prefixLength, bits));
        }
    }

    /** Reads an address literal with an optional prefix length; never asks a name server. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            int bits = address instanceof Inet6Address ? IPV6_BITS : IPV4_BITS;
            return new Cidr(address, slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("cidr: %s (expected: a number after the slash)".formatted(text), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cidr: %s (expected: an address as 10.0.0.0/8 or fd00::/8)".formatted(text), e);
        }
    }

    /** Whether this is a range of IPv6. */
    public boolean ipv6() {
        return address instanceof Inet6Address;
    }

    @Override
    public String toString() {
        String literal = address.getHostAddress();
        int scope = literal.indexOf('%');
        return (scope < 0 ? literal : literal.substring(0, scope)) + "/" + prefixLength;
    }
}
