package dev.weft.kubernetes;

import dev.weft.kubernetes.registry.Pods;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the objects of a cluster declare HTTP: a sidecar is told on which ports of its pod. */
final class HttpPortsOnTheApiTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void aSidecarIsToldWhatServicesAndItsPodDeclare() throws Exception {
        try (TestCluster cluster = new TestCluster("cluster.local", directory, 1)) {
            cluster.put(pod("one", "10.9.0.1", port("web", 8080), port("grpc-admin", 9000)));
            cluster.put(pod("two", "10.9.0.2", port("web", 8081)));
            try (FakeSidecar one = join(cluster, "shop/one");
                    FakeSidecar two = join(cluster, "shop/two")) {
                tells(one, 9000);

                ServicePortBuilder web = new ServicePortBuilder().withPort(80).withTargetPort(new IntOrString("web"));
                cluster.put(service(web.withName("http-web").build()));
                tells(one, 8080, 9000);
                tells(two, 8081);

                cluster.put(service(web.withAppProtocol("tcp").build()));
                tells(one, 9000);
                tells(two);

                ServicePort admin = new ServicePortBuilder()
                        .withName("admin")
                        .withPort(81)
                        .withTargetPort(new IntOrString(7070))
                        .withAppProtocol("kubernetes.io/h2c")
                        .build();
                cluster.put(service(admin));
                tells(one, 7070, 9000);
                tells(two, 7070);

                cluster.client.resource(service(admin)).delete();
                tells(one, 9000);
                tells(two);
            }
        }
    }

    private static FakeSidecar join(TestCluster cluster, String workload) throws Exception {
        return FakeSidecar.join(
                cluster.replica(0),
                workload,
                cluster.account("shop", "web"),
                cluster.token(cluster.account("shop", "web")));
    }

    private static void tells(FakeSidecar sidecar, Integer... ports) {
        Waiting.until(
                "ports " + List.of(ports),
                () -> sidecar.told("inbound")
                        .filter(told -> told.getInbound().getHttpPortsList().equals(List.of(ports)))
                        .isPresent());
    }

    private static ContainerPort port(String name, int number) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(number)
                .build();
    }

    private static Pod pod(String name, String address, ContainerPort... ports) {
        return Pods.labelled(Pods.meshed("shop", name, address), "app", "web")
                .editSpec()
                .editFirstContainer()
                .withPorts(ports)
                .endContainer()
                .endSpec()
                .build();
    }

    private static Service service(ServicePort... ports) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Map.of("app", "web"))
                .withClusterIPs("10.8.0.1")
                .withPorts(ports)
                .endSpec()
                .build();
    }
}
