package dev.weft.control.directory;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.Unreachable;
import dev.weft.mesh.model.IpPort;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers where an address leads. Immutable, as of one moment; equal workloads and Services give equal answers, in the
 * same order, whatever was there before.
 *
 * <p>A registry of files gives each address to one object, or to several unmeshed workloads. On Kubernetes only
 * workloads are compared with each other and with pods: a Service's address takes precedence over a workload's, and
 * nothing reports it. Of several Services, or of several workloads, the first by name has the address.
 *
 * <p>An address that the own mesh does not know may belong to another trust domain. An address in the ranges of such a
 * domain is reached as that domain says, or not at all, and never in plaintext.
 */
public final class Directory {

    /** The port where every meshed workload listens for tunnels. */
    public static final int TUNNEL_PORT = 15008;

    private static final Destination NOT_IN_MESH = Destination.newBuilder()
            .setNotInMesh(NotInMesh.getDefaultInstance())
            .build();

    static final String NOT_THERE = "WEFT-C062";

    private final DirectoryTables tables;
    private final List<RemoteDomain> remotes;

    private Directory(DirectoryTables tables, List<RemoteDomain> remotes) {
        this.tables = tables;
        this.remotes = List.copyOf(remotes);
    }

    /** Returns the directory of these workloads and Services. */
    public static Directory of(Collection<DirectoryWorkload> workloads, Collection<DirectoryService> services) {
        return new Directory(DirectoryTables.of(workloads, services), List.of());
    }

    /**
     * Returns a directory with other workloads and Services under these names, {@code namespace/name}; empty removes
     * the name. Names that are not given are not looked at.
     */
    public Directory with(
            Map<String, Optional<DirectoryWorkload>> workloads, Map<String, Optional<DirectoryService>> services) {
        return workloads.isEmpty() && services.isEmpty()
                ? this
                : new Directory(tables.with(workloads, services), remotes);
    }

    /**
     * Returns a directory with these trust domains besides the own one; where their ranges overlap, the first has the
     * address.
     */
    public Directory withRemotes(List<RemoteDomain> others) {
        return new Directory(tables, others);
    }

    /** Returns the own mesh's workloads, by name. */
    public Collection<DirectoryWorkload> workloads() {
        return tables.workloads().values();
    }

    /** Returns the own mesh's Services, by name. */
    public List<DirectoryService> services() {
        return tables.services();
    }

    /** Returns the other trust domains. */
    public List<RemoteDomain> remotes() {
        return remotes;
    }

    /**
     * Returns the addresses of a name in the own mesh: of a Service, or of a workload without a Service of the same
     * name. Empty if the name is unknown.
     *
     * @param fullName {@code namespace/name}
     */
    public Optional<List<InetAddress>> addressesOf(String fullName) {
        return tables.addressesOf(fullName);
    }

    /** Returns the namespaces of the own mesh that contain a workload or Service, sorted. */
    public List<String> namespaces() {
        return tables.namespaces();
    }

    /** Returns which Service or workload of the own mesh has this address, as {@code namespace/name}. */
    public Optional<String> nameOf(InetAddress address) {
        return tables.service(address)
                .map(selected -> selected.service().fullName())
                .or(() -> tables.workload(address).map(DirectoryWorkload::fullName));
    }

    /**
     * Returns the object that the answer about an address depends on. While it is equal, so is the answer for each port
     * of the address. It is found without computing the answer.
     */
    public Object basisOf(InetAddress address) {
        return tables.service(address)
                .<Object>map(Function.identity())
                .or(() -> tables.workload(address))
                .or(() -> owner(address).map(remote -> switch (remote.knowledge()) {
                    case RemoteDomain.Knowledge.Closed closed -> closed;
                    case RemoteDomain.Knowledge.Known(Directory directory) ->
                        List.of(remote.trustDomain(), directory.basisOf(address));
                }))
                .orElse(NOT_IN_MESH);
    }

    /** Returns the other trust domain that has the address. */
    Optional<RemoteDomain> owner(InetAddress address) {
        return remotes.stream().filter(remote -> remote.owns(address)).findFirst();
    }

    /** Returns how many workloads of the own mesh the Service at this address leads to; 0 if there is no Service. */
    public int endpointsAt(InetAddress address) {
        return tables.service(address).map(ServiceEndpoints::count).orElse(0);
    }

    /** Reports each name and address whose answers may differ from another directory's, including remote ones. */
    public void differences(Directory former, DirectoryChanges changes) {
        tables.differences(former.tables, changes);
        if (!remotes.equals(former.remotes)) {
            RemoteDomain.differences(former.remotes, remotes, changes);
        }
    }

    /** Returns where this address and port lead. */
    public Destination destination(IpPort destination) {
        return tables.service(destination.address())
                .map(selected -> selected.destination(destination))
                .or(() -> tables.workload(destination.address()).map(workload -> ofWorkload(workload, destination)))
                .or(() -> owner(destination.address()).map(remote -> ofRemote(remote, destination)))
                .orElse(NOT_IN_MESH);
    }

    private static Destination ofWorkload(DirectoryWorkload workload, IpPort destination) {
        Protocol protocol = workload.ports().stream()
                .filter(port -> port.number() == destination.port())
                .map(DirectoryWorkload.Port::protocol)
                .findFirst()
                .orElse(Protocol.PROTOCOL_UNSPECIFIED);
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder()
                        .addEndpoints(ServiceEndpoints.endpoint(
                                workload, destination.address(), destination.port(), protocol)))
                .build();
    }

    private static Destination ofRemote(RemoteDomain remote, IpPort destination) {
        return switch (remote.knowledge()) {
            case RemoteDomain.Knowledge.Closed(String reason) -> unreachable(reason);
            case RemoteDomain.Knowledge.Known(Directory directory) -> {
                Destination known = directory.destination(destination);
                yield known.hasNotInMesh()
                        ? unreachable(NOT_THERE + ": trust domain " + remote.trustDomain()
                                + " has no workload or Service at " + destination)
                        : known;
            }
        };
    }

    static Destination unreachable(String reason) {
        return Destination.newBuilder()
                .setUnreachable(Unreachable.newBuilder().setReason(reason))
                .build();
    }
}
