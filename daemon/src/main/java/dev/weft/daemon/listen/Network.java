package dev.weft.daemon.listen;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Who counts as one caller: an IPv4 address, or an IPv6 /64, since whoever has one address of that has all of them. */
public record Network(InetAddress address) {
    private static final int PREFIX_BYTES = 8;

    /** The network of an address that is known as text; the text itself, where it is no address. */
    public static String of(String address) {
        try {
            return of(InetAddress.ofLiteral(address)).address().getHostAddress();
        } catch (IllegalArgumentException _) {
            return address;
        }
    }

    /** The network that this address counts for. */
    public static Network of(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return new Network(address);
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
        try {
            return new Network(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
