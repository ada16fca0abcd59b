package dev.weft.mesh.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A workload is changed without losing the rest of it. */
final class WorkloadTest {

    private static final Workload WEB = new Workload(
            new ObjectName("shop", "web-1"),
            Map.of("app", "web"),
            "web",
            List.of(new Workload.Port("http", 8080, "http")),
            Set.of(53),
            null,
            null,
            true,
            InboundMode.STRICT,
            PortScope.ALL,
            Set.of(9090),
            Set.of(9091),
            List.of("10.9.0.1"),
            List.of(new Probe.TcpSocket(8080)),
            "a-uid",
            true,
            "zone-a");

    @Test
    void aClosedWorkloadKeepsWhatItIsAndWhereItIs() {
        Workload closed = WEB.closed();
        assertThat(closed)
                .usingRecursiveComparison()
                .comparingOnlyFields(
                        "name",
                        "labels",
                        "serviceAccount",
                        "meshed",
                        "addresses",
                        "instance",
                        "identityEnded",
                        "nodeZone")
                .isEqualTo(WEB);
        assertThat(closed.ports()).isEmpty();
        assertThat(closed.udpPorts()).isEmpty();
        assertThat(closed.platformProbes()).isEmpty();
        assertThat(closed.skipInboundPorts()).isEmpty();
        assertThat(closed.portScope()).isEqualTo(PortScope.DECLARED);
    }
}
