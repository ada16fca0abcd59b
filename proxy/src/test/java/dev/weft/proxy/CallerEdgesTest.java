package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.RequestSums;
import dev.weft.testing.Waiting;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller's sidecar sums up of the requests that it reads, for destinations whose side counts nothing. */
@Timeout(60)
class CallerEdgesTest {
    private static final String GOOD = HttpApplication.response("200 OK", "hello");

    private HttpApplication application;
    private BalancedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        application = new HttpApplication((head, connection) -> HttpApplication.say(
                connection, head.contains("/fail ") ? HttpApplication.response("500 No", "") : GOOD));
        mesh = new BalancedMesh(application, application);
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        application.close();
    }

    private List<Edge> edges() {
        return mesh.mesh.web.edges().with(mesh.mesh.web.registry().sessions());
    }

    /** The edge to the destination's address, or to api's identity, once that many requests to it have ended. */
    private Edge edge(boolean meshed, long requests) {
        Waiting.until(
                requests + " requests",
                () -> edges().stream().anyMatch(edge -> edge.hasSpiffeId() == meshed && requests(edge) == requests));
        return edges().stream()
                .filter(edge -> edge.hasSpiffeId() == meshed)
                .findFirst()
                .orElseThrow();
    }

    private static long requests(Edge edge) {
        return edge.getRequestsList().stream()
                .mapToLong(sums -> sums.getRefused()
                        + sums.getByClassList().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .sum();
    }

    @Test
    void requestsToEndpointsWithoutASidecarAreSummedUpByTheCaller() throws Exception {
        mesh.route(false, application.address(), application.address());
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").status()).isEqualTo(200);
            assertThat(caller.get("/").status()).isEqualTo(200);
            assertThat(caller.get("/fail").status()).isEqualTo(500);
            Edge edge = edge(false, 3);
            assertThat(edge.getDirection()).isEqualTo(EdgeDirection.EDGE_DIRECTION_OUTBOUND);
            assertThat(edge.getAddress().toByteArray()).containsExactly(10, 96, 0, 1);
            assertThat(edge.getPort()).isEqualTo(80);
            assertThat(edge.getAdmitted()).isOne();
            RequestSums sums = edge.getRequests(0);
            assertThat(sums.getProtocol()).isEqualTo("http/1.1");
            assertThat(sums.getByClassList()).containsExactly(0L, 0L, 2L, 0L, 0L, 1L);
            assertThat(sums.getFailed()).isOne();
            assertThat(sums.getLatencyList().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(3);
        }
        assertThat(edges()).hasSize(1);
    }

    /** Each request belongs to the edge of its own endpoint, not to that of the connection's latest one. */
    @Test
    void oneConnectionToBothKindsOfEndpointsHasAnEdgeForEach() throws Exception {
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").status()).isEqualTo(200);
            mesh.route(false, application.address(), application.address());
            assertThat(caller.get("/").status()).isEqualTo(200);
            assertThat(caller.get("/").status()).isEqualTo(200);
        }
        assertThat(edge(true, 1).getSpiffeId())
                .isEqualTo(mesh.mesh.authority.id("api").toString());
        assertThat(edge(false, 2).getRequests(0).getByClass(2)).isEqualTo(2);
    }

    @Test
    void aRequestThatReachedNoEndpointCountsAsRefused() throws Exception {
        mesh.route(false, MeshFixture.NOWHERE, MeshFixture.NOWHERE_EITHER);
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").status()).isGreaterThanOrEqualTo(500);
        }
        RequestSums sums = edge(false, 1).getRequests(0);
        assertThat(sums.getRefused()).isOne();
        assertThat(sums.getByClassList()).containsOnly(0L);
    }
}
