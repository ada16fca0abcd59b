package dev.weft.control.directory;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An IP address as a sortable key; IPv4 addresses come first. */
record AddressKey(boolean v6, long high, long low) implements Comparable<AddressKey> {

    private static final int V6 = 16;

    static AddressKey of(InetAddress address) {
        byte[] octets = address.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(octets);
        return octets.length == V6
                ? new AddressKey(true, bytes.getLong(), bytes.getLong())
                : new AddressKey(false, 0, Integer.toUnsignedLong(bytes.getInt()));
    }

    @Override
    public int compareTo(AddressKey other) {
        int compared = Boolean.compare(v6, other.v6);
        if (compared == 0) {
            compared = Long.compareUnsigned(high, other.high);
        }
        return compared != 0 ? compared : Long.compareUnsigned(low, other.low);
    }
}
