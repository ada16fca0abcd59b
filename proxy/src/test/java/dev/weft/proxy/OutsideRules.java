package dev.weft.proxy;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** Tells web's sidecar what its workload may call outside of the mesh. */
final class OutsideRules {

    private OutsideRules() {}

    /** Only these, by the policy shop/out. */
    static void allow(MeshFixture mesh, EgressTarget... to) {
        mesh.web.inbound(mesh.inbound(mesh.inboundMessage(
                        InboundMode.INBOUND_MODE_STRICT,
                        PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                .setPortScope(PortScope.PORT_SCOPE_ALL)
                .setEgress(EgressWire.toProto(EgressRules.of(List.of(new EgressPolicy("shop", "out", List.of(to))))))));
    }

    /** This host at each port. */
    static EgressTarget host(String pattern) {
        return new EgressTarget.Host(new HostPattern(pattern), Set.of());
    }

    /** This address and port of IPv4. */
    static EgressTarget only(InetSocketAddress address) {
        return new EgressTarget.Range(
                Cidr.parse(address.getAddress().getHostAddress() + "/32"), Set.of(address.getPort()));
    }
}
