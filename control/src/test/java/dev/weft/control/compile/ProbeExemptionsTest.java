package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ProbeExemption;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Workload;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.model.DefaultDecision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProbeExemptionsTest {

    private static Probe probe(Probe.Action action) {
        return new Probe(action, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 3);
    }

    @Test
    void areThoseOfTheMeshAndOfThePlatformEachOnce() {
        Workload workload = new Workload(
                new ObjectName("shop", "web"),
                Map.of(),
                "web",
                List.of(),
                Set.of(),
                probe(new Probe.HttpGet("/ready", 8080)),
                probe(new Probe.Exec(List.of("true"))),
                true,
                null,
                null,
                Set.of(),
                Set.of(),
                List.of(),
                List.of(
                        new Probe.TcpSocket(9090),
                        new Probe.HttpGet("/ready", 8080),
                        new Probe.HttpGet("/started", 8080),
                        new Probe.Grpc(9090)),
                "",
                false,
                "");
        InboundBuilder inbounds = new InboundBuilder(
                workload,
                List.of(),
                InboundMode.STRICT,
                DefaultDecision.AUTHENTICATED,
                NamespacePolicies.NONE,
                List.of(),
                EgressRules.OPEN,
                List.of(),
                true);
        assertThat(inbounds.build().getProbesList())
                .containsExactly(
                        exemption(8080, "/ready"),
                        exemption(9090, ""),
                        exemption(8080, "/started"),
                        ProbeExemption.newBuilder().setPort(9090).setGrpc(true).build());
    }

    private static ProbeExemption exemption(int port, String path) {
        return ProbeExemption.newBuilder().setPort(port).setPath(path).build();
    }
}
