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

/**
 * Answers where an address leads. Immutable, as of one moment; equal workloads and Services give equal answers, in the same
 * order, whatever there was before.
 *
 * <p>Where two of them claim one address, Services go before workloads and then the first by name has it. With a workload
 * that does not own the address the tunnel's handshake fails, as its identity is another: nothing is sent to a stranger.
 *
 * <p>What the own mesh does not know may be of another trust domain. An address in one's ranges is reached as that one says, or
 * not at all, and never in plaintext.
 */
public final class Directory {

    /** Where every meshed workload listens for tunnels. */
    public static final int TUNNEL_PORT = 15008;

    private static final Destination NOT_IN_MESH = Destination.newBuilder()
            .setNotInMesh(NotInMesh.getDefaultInstance())
            .build();

    static final String NOT_THERE = "WEFT-C062";

    private final PlaceTables places;
    private final List<RemoteDomain> remotes;

    private Directory(PlaceTables places, List<RemoteDomain> remotes) {
        this.places = places;
        this.remotes = List.copyOf(remotes);
    }

    /** The directory of these workloads and Services. */
    public static Directory of(Collection<WorkloadPlace> workloads, Collection<ServicePlace> services) {
        return new Directory(PlaceTables.of(workloads, services), List.of());
    }

    /**
     * The same with other workloads and Services under these names, {@code namespace/name}; empty where there is none any more.
     * What is not named is not looked at.
     */
    public Directory with(
            Map<String, Optional<WorkloadPlace>> workloads, Map<String, Optional<ServicePlace>> services) {
        return workloads.isEmpty() && services.isEmpty()
                ? this
                : new Directory(places.with(workloads, services), remotes);
    }

    /** The same with these trust domains beside the own one; where their ranges overlap, the first has the address. */
    public Directory withRemotes(List<RemoteDomain> others) {
        return new Directory(places, others);
    }

    /** The own mesh's workloads, by name. */
    public Collection<WorkloadPlace> workloads() {
        return places.workloads();
    }

    /** The own mesh's Services, by name. */
    public List<ServicePlace> services() {
        return places.services();
    }

    /** The other trust domains. */
    public List<RemoteDomain> remotes() {
        return remotes;
    }

    /**
     * The addresses of what has a name in the own mesh: a Service, or a workload that no Service hides. Empty if nothing has.
     *
     * @param fullName {@code namespace/name}
     */
    public Optional<List<InetAddress>> addressesOf(String fullName) {
        return places.addressesOf(fullName);
    }

    /** The namespaces of the own mesh that something is in, sorted. */
    public List<String> namespaces() {
        return places.namespaces();
    }

    /** What of the own mesh has this address, as {@code namespace/name}. */
    public Optional<String> nameOf(InetAddress address) {
        return places.service(address)
                .map(selected -> selected.service().fullName())
                .or(() -> places.workload(address).map(WorkloadPlace::fullName));
    }

    /**
     * What the answer about an address rests on. While it is equal, so is the answer about each port of the address; it is told
     * without making the answer.
     */
    public Object basisOf(InetAddress address) {
        Optional<Selected> service = places.service(address);
        if (service.isPresent()) {
            return service.get();
        }
        Optional<WorkloadPlace> workload = places.workload(address);
        if (workload.isPresent()) {
            return workload.get();
        }
        for (RemoteDomain remote : remotes) {
            if (remote.owns(address)) {
                return switch (remote.knowledge()) {
                    case RemoteDomain.Knowledge.Closed closed -> closed;
                    case RemoteDomain.Knowledge.Known(Directory directory) ->
                        List.of(remote.trustDomain(), directory.basisOf(address));
                };
            }
        }
        return NOT_IN_MESH;
    }

    /** How many workloads of the own mesh the Service at this address leads to; 0 if none is there. */
    public int endpointsAt(InetAddress address) {
        return places.service(address).map(Selected::count).orElse(0);
    }

    /** Tells of each name and address of which the answers may differ from another directory's, remote ones included. */
    public void differences(Directory former, DirectoryChanges told) {
        places.differences(former.places, told);
        if (!remotes.equals(former.remotes)) {
            RemoteDomain.differences(former.remotes, remotes, told);
        }
    }

    /** Where this address and port lead. */
    public Destination destination(IpPort destination) {
        Optional<Selected> selected = places.service(destination.address());
        if (selected.isPresent()) {
            return selected.get().destination(destination);
        }
        return places.workload(destination.address())
                .map(workload -> ofWorkload(workload, destination))
                .orElseGet(() -> remotes.stream()
                        .filter(remote -> remote.owns(destination.address()))
                        .findFirst()
                        .map(remote -> ofRemote(remote, destination))
                        .orElse(NOT_IN_MESH));
    }

    private static Destination ofWorkload(WorkloadPlace workload, IpPort destination) {
        Protocol protocol = workload.ports().stream()
                .filter(port -> port.number() == destination.port())
                .map(WorkloadPlace.Port::protocol)
                .findFirst()
                .orElse(Protocol.PROTOCOL_UNSPECIFIED);
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder()
                        .addEndpoints(Selected.endpoint(workload, destination.address(), destination.port(), protocol)))
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
