package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.directory.Directory;
import dev.weft.control.watch.ReportedLeaf;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What sidecars of earlier versions send, as it was on the wire then. Who changes a message so that this fails has cut off sidecars
 * that run: add a field, and leave these files as they are. A release adds a file.
 */
final class EarlierSidecarTest {

    private static final String OTHER = "destination/10.244.0.9:8080";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static WatchRequest sent(String version, String name) throws Exception {
        String file = "earlier/sidecar-" + version + ".txt";
        try (InputStream in = Objects.requireNonNull(EarlierSidecarTest.class.getResourceAsStream(file), file)) {
            String line = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(each -> each.startsWith(name + " "))
                    .findFirst()
                    .orElseThrow();
            return WatchRequest.parseFrom(HexFormat.of().parseHex(line.substring(name.length() + 1)));
        }
    }

    private static List<String> names(WatchResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = "0.1")
    void isServed(String version) throws Exception {
        try (TestPlane plane = TestPlane.start(directory.resolve("state"))) {
            plane.publish(Map.of("shop/web", TestPlane.WEB), Directory.of(List.of(), List.of()));
            try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)))) {
                TestWatch watch = client.watch();
                watch.send(sent(version, "hello"));
                WatchResponse first = watch.receive();
                assertThat(names(first))
                        .containsExactlyInAnyOrder(
                                "inbound", "bundle/" + TestPlane.DOMAIN, "names", "destination/10.96.0.1:80");
                assertThat(first.getNonce()).isEqualTo(1);
                watch.send(sent(version, "acknowledge"));

                watch.send(sent(version, "subscribe"));
                assertThat(names(watch.receive()))
                        .containsExactlyInAnyOrder("name/api.shop.svc." + TestPlane.DOMAIN, OTHER);
                watch.send(sent(version, "refuse"));
                watch.send(sent(version, "unsubscribe"));

                watch.send(sent(version, "report"));
                watch.subscribe("destination/10.96.0.3:80");
                assertThat(names(watch.next())).containsExactly("destination/10.96.0.3:80");
                assertReported(plane);
            }
        }
    }

    private static void assertReported(TestPlane plane) {
        assertThat(plane.mesh.proxies()).singleElement().satisfies(proxy -> {
            ReportedLeaf leaf = proxy.leaf().orElseThrow();
            assertThat(leaf.serialNumber()).isEqualTo("1ab");
            assertThat(leaf.renewalFailure()).startsWith("WEFT-I002");
            assertThat(proxy.bundles()).isEqualTo(Map.of(TestPlane.DOMAIN.name(), 1L));
        });
        assertThat(plane.mesh.edges().all(Duration.ofMinutes(1)))
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.workload()).isEqualTo("shop/web");
                    assertThat(told.edges()).hasSize(2).anySatisfy(counted -> {
                        Edge edge = counted.edge();
                        assertThat(edge.getSpiffeId()).isEqualTo("spiffe://test.example/ns/shop/sa/api");
                        assertThat(edge.getRefusalCode()).isEqualTo("WEFT-P001");
                        assertThat(edge.getBroken()).isEqualTo(1);
                    });
                });
    }
}
