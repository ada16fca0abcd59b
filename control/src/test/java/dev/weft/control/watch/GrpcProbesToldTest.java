package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.Resource;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A proxy that lets gRPC probes through is told of them; to others they are what they were before. */
final class GrpcProbesToldTest {

    private static final SpiffeId API = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api");
    private static final ProbeExemption OPENING =
            ProbeExemption.newBuilder().setPort(9090).build();
    private static final ProbeExemption GRPC = OPENING.toBuilder().setGrpc(true).build();

    private static Resource told(Set<String> capabilities, ProbeExemption... probes) {
        Inbound.Builder inbound = Inbound.newBuilder().setWorkload("shop/api");
        for (ProbeExemption probe : probes) {
            inbound.addProbes(probe);
        }
        return MeshStates.served(API, inbound.build()).inbound(capabilities);
    }

    @Test
    void whatAProxyDoesNotKnowIsTheOpeningOfAConnection() {
        assertThat(told(Set.of(Capabilities.GRPC_PROBES), GRPC, OPENING)
                        .getInbound()
                        .getProbesList())
                .containsExactly(GRPC, OPENING);
        assertThat(told(Set.of(Capabilities.ZONES), GRPC, OPENING))
                .isEqualTo(told(Set.of(), OPENING))
                .isEqualTo(told(Set.of(Capabilities.GRPC_PROBES), OPENING));
    }
}
