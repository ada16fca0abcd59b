package dev.weft.control.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Protocol;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Services that lead to workloads that are not ready. */
final class NotReadyServicesTest {

    private static final DirectoryService USUAL = service(false);
    private static final DirectoryService PUBLISHING = service(true);

    private static DirectoryService service(boolean publishesNotReady) {
        return new DirectoryService(
                "shop",
                "api",
                Map.of("app", "api"),
                List.of(InetAddress.ofLiteral("10.96.0.1")),
                List.of(new DirectoryService.Port(
                        80, new Service.TargetPort.Numbered(8080), Protocol.PROTOCOL_UNSPECIFIED)),
                false,
                publishesNotReady);
    }

    private static DirectoryWorkload workload(String name, boolean ready, String... addresses) {
        return new DirectoryWorkload(
                "shop",
                name,
                Map.of("app", "api"),
                Optional.empty(),
                List.of(addresses).stream().map(InetAddress::ofLiteral).toList(),
                ready,
                List.of());
    }

    private static List<String> endpoints(Directory directory) {
        return directory
                .destination(IpPort.parse("10.96.0.1:80").orElseThrow())
                .getEndpoints()
                .getEndpointsList()
                .stream()
                .map(Endpoint::getAddress)
                .toList();
    }

    @Test
    void oneThatPublishesThemLeadsToWorkloadsThatAreNotReady() {
        List<DirectoryWorkload> workloads = List.of(
                workload("api-1", true, "10.244.0.1"),
                workload("api-2", false, "10.244.0.2"),
                workload("api-3", false));
        assertThat(endpoints(Directory.of(workloads, List.of(USUAL)))).containsExactly("10.244.0.1:8080");
        assertThat(endpoints(Directory.of(workloads, List.of(PUBLISHING))))
                .containsExactly("10.244.0.1:8080", "10.244.0.2:8080");
        assertThat(USUAL.selectsAs(PUBLISHING))
                .as("else the endpoints made before stay")
                .isFalse();
    }
}
