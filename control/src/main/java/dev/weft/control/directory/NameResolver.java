package dev.weft.control.directory;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Resolves the DNS names of a mesh for its proxies.
 *
 * @param own the mesh's trust domain
 * @param directory of the own mesh and of other trust domains
 */
public record NameResolver(TrustDomain own, Directory directory) {

    private static final Name UNKNOWN = Name.getDefaultInstance();

    /** Returns the zones and namespaces that names can have. */
    public MeshNames all() {
        return MeshNames.newBuilder()
                .addAllZones(Stream.concat(
                                Stream.of(own), directory.remotes().stream().map(RemoteDomain::trustDomain))
                        .map(TrustDomain::name)
                        .distinct()
                        .toList())
                .addAllNamespaces(directory.namespaces())
                .build();
    }

    /** Returns what this name stands for. */
    public Name of(DnsName name) {
        return switch (name) {
            case DnsName.Named(String namespace, String label, String zone) ->
                directory(zone)
                        .flatMap(holder -> holder.addressesOf(namespace + "/" + label))
                        .map(NameResolver::known)
                        .orElse(UNKNOWN);
            case DnsName.Reversed(InetAddress address) -> reversed(address);
        };
    }

    private Name reversed(InetAddress address) {
        Optional<String> here = named(directory, address, own.name());
        return here.or(() -> directory
                        .owner(address)
                        .flatMap(remote -> known(remote)
                                .flatMap(known -> named(
                                        known, address, remote.trustDomain().name()))))
                .map(canonical ->
                        Name.newBuilder().setKnown(true).setCanonical(canonical).build())
                .orElse(UNKNOWN);
    }

    private static Optional<String> named(Directory directory, InetAddress address, String zone) {
        return directory.nameOf(address).map(fullName -> {
            String[] parts = fullName.split("/", 2);
            return parts[1] + "." + parts[0] + ".svc." + zone;
        });
    }

    private Optional<Directory> directory(String zone) {
        if (zone.equals(own.name())) {
            return Optional.of(directory);
        }
        return directory.remotes().stream()
                .filter(remote -> remote.trustDomain().name().equals(zone))
                .findFirst()
                .flatMap(NameResolver::known);
    }

    private static Optional<Directory> known(RemoteDomain remote) {
        return switch (remote.knowledge()) {
            case RemoteDomain.Knowledge.Closed _ -> Optional.empty();
            case RemoteDomain.Knowledge.Known(Directory directory) -> Optional.of(directory);
        };
    }

    private static Name known(List<InetAddress> addresses) {
        return Name.newBuilder()
                .setKnown(true)
                .addAllAddresses(addresses.stream()
                        .map(address -> ByteString.copyFrom(address.getAddress()))
                        .toList())
                .build();
    }
}
