package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.control.trust.BundleContent;
import dev.weft.control.watch.Capabilities;
import dev.weft.files.yaml.RegistryFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Service says what is spoken on its workloads' port: their sidecars are told, and no others. */
final class HttpPortsOfStreamsTest {

    private static final String WORKLOADS = workload("web") + workload("api");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final MeshCompiler compiler = new MeshCompiler(TestPlane.DOMAIN);

    @Test
    void theSidecarsOfItsWorkloadsAreToldAndNoOthers() throws Exception {
        try (TestPlane plane = TestPlane.start(directory.resolve("state"));
                TestClient webs = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)));
                TestClient apis = TestClient.of(plane, plane.svid(TestPlane.API, Duration.ofHours(1)))) {
            publish(plane, WORKLOADS);
            TestWatch web = watch(webs, "shop/web", Capabilities.HTTP_PORTS);
            TestWatch api = watch(apis, "shop/api", Capabilities.HTTP_PORTS);
            TestWatch old = watch(apis, "shop/api", Capabilities.ZONES);

            publish(plane, WORKLOADS + service("http"));
            assertThat(inbound(api.next()).getInbound().getHttpPortsList()).containsExactly(8080);
            publish(plane, WORKLOADS + service("grpc"));
            publish(plane, WORKLOADS + service("tcp"));
            assertThat(inbound(api.next()).getInbound().getHttpPortsList()).isEmpty();

            publish(plane, WORKLOADS.replace("command: [run]", "command: [run], reachablePorts: declared"));
            for (TestWatch each : List.of(web, api, old)) {
                assertThat(inbound(each.next()).getInbound().getPortScope().getNumber())
                        .as("the next that it hears of")
                        .isEqualTo(dev.weft.api.v1.PortScope.PORT_SCOPE_DECLARED_VALUE);
            }
        }
    }

    private void publish(TestPlane plane, String text) {
        plane.mesh.publish(compiler.compile(
                RegistryFiles.parse(Path.of("mesh.yaml"), text).objects(),
                plane.trust.bundles().byTrustDomain().values().stream()
                        .map(BundleContent::toProto)
                        .toList()));
    }

    private static TestWatch watch(TestClient client, String workload, String capability) throws Exception {
        TestWatch watch = client.watch();
        watch.send(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder().setWorkload(workload).addCapabilities(capability))
                .build());
        watch.next();
        return watch;
    }

    private static Resource inbound(WatchResponse response) {
        assertThat(response.getResourcesList()).singleElement().matches(Resource::hasInbound);
        return response.getResources(0);
    }

    private static String workload(String name) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %1$s, namespace: shop, labels: {app: %1$s}}
                spec: {serviceAccount: %1$s, command: [run], ports: [{port: 8080}]}
                """.formatted(name);
    }

    private static String service(String appProtocol) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: shop}
                spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080, appProtocol: %s}]}
                """.formatted(appProtocol);
    }
}
