package dev.weft.control;

import dev.weft.control.join.JoinMesh;
import dev.weft.control.server.ControlServer;
import dev.weft.control.token.Machine;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The mesh as a joining machine sees it: the trust domain, the listener's address and the workloads. */
record JoinableMesh(ControlSettings settings, ControlServer server, MeshEndpoint mesh) implements JoinMesh {

    private static final int HEX = 16;

    @Override
    public TrustDomain trustDomain() {
        return settings.trustDomain();
    }

    @Override
    public String listen() {
        return HostPort.text(new InetSocketAddress(settings.listen().getAddress(), server.port()));
    }

    @Override
    public Optional<SpiffeId> identityOf(String workload) {
        return mesh.identityOf(workload);
    }

    @Override
    public List<String> addressesOf(String workload) {
        return mesh.addressesOf(workload);
    }

    @Override
    public MeshEndpoint.Presence presence(Machine machine) {
        Set<String> serialNumbers = machine.certificates().stream()
                .map(certificate -> certificate.serialNumber().toString(HEX))
                .collect(Collectors.toUnmodifiableSet());
        return mesh.presence(serialNumbers::contains, machine.token().workload());
    }
}
