package dev.weft.control.watch;

import dev.weft.control.directory.DirectoryChanges;
import dev.weft.control.directory.DnsName;
import dev.weft.mesh.model.IpPort;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What may differ between two states of the mesh, so that only the streams that hold it are notified. Anything else is
 * unchanged. Filled by one thread, then only read.
 */
final class ChangedTopics implements DirectoryChanges {

    /** Workloads whose "inbound", or whose very existence, may have changed. */
    final Set<String> workloads = new HashSet<>();
    /** Each topic is an address (of destinations and names), or the {@code namespace/name} of names. */
    final Set<Object> topics = new HashSet<>();

    boolean bundles;
    boolean names;
    boolean everything;

    /** Returns the topic of a resource that can be subscribed to; empty for other resources. */
    static Optional<Object> topic(String resource) {
        if (resource.startsWith(MeshState.DESTINATION)) {
            return IpPort.parse(resource.substring(MeshState.DESTINATION.length()))
                    .map(IpPort::address);
        }
        if (resource.startsWith(MeshState.NAME)) {
            return DnsName.parse(resource.substring(MeshState.NAME.length())).map(name -> switch (name) {
                case DnsName.Named(String namespace, String label, String _) -> namespace + "/" + label;
                case DnsName.Reversed(InetAddress address) -> address;
            });
        }
        return Optional.empty();
    }

    @Override
    public void address(InetAddress address) {
        topics.add(address);
    }

    @Override
    public void name(String fullName) {
        topics.add(fullName);
    }

    @Override
    public void names() {
        names = true;
    }

    @Override
    public void everything() {
        everything = true;
    }
}
