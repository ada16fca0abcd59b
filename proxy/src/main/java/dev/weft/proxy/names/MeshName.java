package dev.weft.proxy.names;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a name of the mesh stands for, in the control plane's answer. */
public sealed interface MeshName {
    /** Most addresses of one name. */
    int MAX_ADDRESSES = 256;

    /** The name has these addresses, or none. */
    record Addresses(List<InetAddress> addresses) implements MeshName {
        public Addresses {
            addresses = List.copyOf(addresses);
        }
    }

    /** The reversed name of an address; {@code name} is the name that the address has. */
    record Canonical(String name) implements MeshName {}

    /** There is no such name. */
    record Nothing() implements MeshName {}

    /** Reads an answer. Throws IllegalArgumentException if it is malformed. */
    static MeshName fromProto(Name name) {
        if (!name.getKnown()) {
            return new Nothing();
        }
        if (!name.getCanonical().isEmpty()) {
            if (!name.getCanonical().matches("(?:[-a-z0-9_]{1,63}\\.)+[-a-z0-9_]{1,63}")
                    || name.getCanonical().length() > MessageReader.MAX_NAME - 2) {
                throw new IllegalArgumentException("canonical: not a name");
            }
            return new Canonical(name.getCanonical());
        }
        if (name.getAddressesCount() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    "addresses: " + name.getAddressesCount() + " (expected: at most " + MAX_ADDRESSES + ")");
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (ByteString octets : name.getAddressesList()) {
            try {
                addresses.add(InetAddress.getByAddress(octets.toByteArray()));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("address of " + octets.size() + " octets (expected: 4 or 16)", e);
            }
        }
        return new Addresses(addresses);
    }

    /** Checks the zones and namespaces of the mesh. Throws IllegalArgumentException if one is malformed. */
    static void check(MeshNames names) {
        names.getZonesList().forEach(TrustDomain::parse);
        for (String namespace : names.getNamespacesList()) {
            if (!namespace.matches("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")) {
                throw new IllegalArgumentException("namespaces: " + namespace + " (expected: a label in lower case)");
            }
        }
    }

    /** Returns the records that answer a question of this type. */
    default List<Reply.Data> data(int type) {
        Stream<Reply.Data> all = switch (this) {
            case Nothing _ -> Stream.empty();
            case Canonical(String name) -> Stream.of(Reply.Data.pointer(name));
            case Addresses(List<InetAddress> addresses) -> addresses.stream().map(Reply.Data::address);
        };
        return all.filter(data -> type == Dns.ANY || type == data.type()).toList();
    }
}
