package dev.weft.cli.mesh;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Reads IP addresses in answers of control planes, which have checked them. */
public final class PeerAddress {

    private PeerAddress() {}

    /** Returns the address of 4 or 16 octets. */
    public static InetAddress of(ByteString octets) {
        try {
            return InetAddress.getByAddress(octets.toByteArray());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the control plane sent an invalid address", e);
        }
    }
}
