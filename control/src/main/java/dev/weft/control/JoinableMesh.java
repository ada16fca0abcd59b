package dev.weft.control;

import dev.weft.control.join.JoinService;
import dev.weft.control.server.ControlServer;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** What machines outside join. */
record JoinableMesh(ControlSettings settings, ControlServer server, MeshEndpoint mesh) implements JoinService.Mesh {

    @Override
    public TrustDomain trustDomain() {
        return settings.trustDomain();
    }

    @Override
    public String listen() {
        InetAddress address = settings.listen().getAddress();
        String literal = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + literal + "]" : literal) + ":" + server.port();
    }

    @Override
    public Optional<SpiffeId> identityOf(String workload) {
        return mesh.identityOf(workload);
    }
}
