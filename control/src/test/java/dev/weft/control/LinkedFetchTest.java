package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.rotate.RotationTimings;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A control plane fetches the bundle of another one, from an address that no object names: as from a pod, whose cluster is linked by
 * the address of a Service.
 */
final class LinkedFetchTest {

    private static final String LINK = """
              discovery:
                addresses: ["127.0.0.2:9"]
                ranges: [10.8.0.0/16]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private String other = "";

    @BeforeEach
    void anchor() {
        other = Pem.encodeCertificates(List.of(TrustAnchors.create("other", Duration.ofDays(1), Clock.systemUTC())
                .certificate()));
    }

    @Test
    void rotationsLeaveItNoTimeToFetchWhereItIsLinked() throws Exception {
        assertThat(graceAfterAFetch(object("west.example", other, LINK))).contains("\"graceSeconds\":0");
    }

    @Test
    void rotationsLeaveItTimeToFetchWhereItIsNot() throws Exception {
        assertThat(graceAfterAFetch(object("west.example", other, ""))).contains("\"graceSeconds\":240");
    }

    @Test
    void rotationsLeaveItTimeToFetchWhereAnotherIsLinked() throws Exception {
        assertThat(graceAfterAFetch(object("north.example", other, LINK))).contains("\"graceSeconds\":240");
    }

    /** What the page of east says after west has fetched its bundle. */
    private String graceAfterAFetch(String objectOfEast) throws Exception {
        try (ControlPlane east = start("east.example", objectOfEast, "--bundle-endpoint", "127.0.0.1:0")) {
            String endpoint = """
                  bundleEndpoint:
                    url: https://127.0.0.1:%d/
                    profile: https_spiffe
                    endpointSpiffeId: spiffe://east.example/ns/weft-system/sa/weft-control
                """.formatted(east.bundleEndpointPort().orElseThrow());
            String anchors = Files.readString(state("east.example").resolve("anchor.pem"));
            try (ControlPlane _ = start("west.example", object("east.example", anchors, endpoint))) {
                Waiting.until(
                        "the fetch is counted",
                        () -> page("/metrics")
                                .contains("weft_control_bundle_endpoint_requests_total{result=\"ok\"} 1"));
                return page("/federation");
            }
        }
    }

    private String page(String path) throws Exception {
        return AdminSocket.page(state("east.example"), path);
    }

    private ControlPlane start(String domain, String object, String... more) throws Exception {
        Path registry = Files.createDirectories(directory.resolve("registry-" + domain));
        Files.writeString(registry.resolve("other.yaml"), object);
        String[] flags = new String[more.length + 2];
        flags[0] = "--trust-domain";
        flags[1] = domain;
        System.arraycopy(more, 0, flags, 2, more.length);
        return TestPlanes.start(registry, state(domain), Clock.systemUTC(), RotationTimings.REAL, flags);
    }

    private Path state(String domain) {
        return directory.resolve(domain);
    }

    private static String object(String name, String anchors, String more) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: %s}
                spec:
                  anchors: |
                %s%s""".formatted(name, anchors.indent(4), more);
    }
}
