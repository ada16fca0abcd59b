package dev.weft.daemon.listen;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The network that counts as one caller: an IPv4 address, or an IPv6 /64, since the owner of one address there usually
 * has all of them.
 */
public record Network(InetAddress address) {
    private static final int PREFIX_BYTES = 8;

    /** Returns the network of an address given as text; the text itself if it is not an address. */
    public static String of(String address) {
        try {
            return of(InetAddress.ofLiteral(address)).address().getHostAddress();
        } catch (IllegalArgumentException _) {
            return address;
        }
    }

    /** Returns the network that this address belongs to. */
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
