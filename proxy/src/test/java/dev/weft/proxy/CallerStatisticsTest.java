package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller's sidecar counts and logs of the requests that it balances. */
@Timeout(60)
class CallerStatisticsTest {
    private static final String TO_SERVICE =
            "weft_caller_requests_total{destination=\"10.96.0.1:80\",service=\"shop/api\",protocol=\"http/1.1\"";

    private static String metrics(BalancedMesh mesh) {
        return mesh.mesh.web.metrics().text();
    }

    private static void until(BalancedMesh mesh, String line) {
        Waiting.until(line, () -> metrics(mesh).contains("\n" + line));
    }

    @Test
    void requestsAreCountedByDestinationAndSessionsByWhetherTheyWereUsedBefore() throws Exception {
        try (HttpApplication a = HttpApplication.ok("a");
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            try (HttpCaller caller = mesh.caller()) {
                for (int i = 0; i < 5; i++) {
                    assertThat(caller.get("/orders?token=secret").status()).isEqualTo(200);
                }
            }
            until(mesh, TO_SERVICE + ",status=\"2xx\"} 5\n");
            until(mesh, "weft_caller_requests_open 0\n");
            assertThat(metrics(mesh))
                    .contains("\nweft_caller_requests_waiting 0\n")
                    .contains("\nweft_caller_request_duration_seconds_count{destination=\"10.96.0.1:80\","
                            + "service=\"shop/api\",protocol=\"http/1.1\"} 5\n")
                    .containsPattern("\nweft_pool_sessions_total\\{source=\"opened\"} [1-5]\n")
                    .containsPattern("\nweft_pool_sessions_idle [0-9]+\n")
                    .contains("\nweft_balancer_endpoints 1\n", "\nweft_balancer_endpoints_ejected 0\n")
                    .contains("\nweft_caller_retries_total{result=\"sent\"} 0\n")
                    .doesNotContain("orders");
            assertThat(mesh.mesh.accessLog("web")).doesNotContain("request sent");
        }
    }

    @Test
    void anEndpointThatCannotBeReachedIsCountedAsLeftOutAndItsRequestsAsSentAgain() throws Exception {
        try (HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(good)) {
            mesh.route(true, MeshFixture.NOWHERE, MeshFixture.NOWHERE_EITHER, good.address());
            try (HttpCaller caller = mesh.caller()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(caller.get("/").status()).isEqualTo(200);
                }
            }
            until(mesh, TO_SERVICE + ",status=\"2xx\"} 20\n");
            assertThat(metrics(mesh))
                    .containsPattern("\nweft_balancer_ejections_total\\{reason=\"unreachable\"} [1-9]")
                    .containsPattern("\nweft_caller_retries_total\\{result=\"sent\"} [1-9]");
        }
    }

    @Test
    void aSessionSaysWhyItWasPlaintext() throws Exception {
        try (HttpApplication a = HttpApplication.ok("a");
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            String closed = "weft_sessions_closed_total{direction=\"outbound\",decision=";
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/").status()).isEqualTo(200);
            }
            until(mesh, closed + "\"allow\",secure=\"true\",plaintext=\"none\",peer=\"spiffe://");
            mesh.route(false, a.address(), a.address());
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/").status()).isEqualTo(200);
            }
            until(mesh, closed + "\"unmeshed\",secure=\"false\",plaintext=\"no-sidecar\",peer=\"none\"} 1\n");
        }
    }

    @Test
    void aRequestThatIsNotSentAgainForWantOfBudgetIsCounted() throws Exception {
        try (HttpApplication closing = new HttpApplication((_, _) -> false);
                HttpApplication other = new HttpApplication((_, _) -> false);
                BalancedMesh mesh = new BalancedMesh(closing, other)) {
            // Each request is lost, and may be sent again; there are ten such a second, and one for five requests.
            Waiting.until("the budget's end", () -> {
                askAtOnce(mesh, 100);
                return !metrics(mesh).contains("weft_caller_retries_total{result=\"over-budget\"} 0\n");
            });
            assertThat(metrics(mesh))
                    .containsPattern("weft_balancer_ejections_total\\{reason=\"failures\"} [1-9]")
                    .contains(TO_SERVICE + ",status=\"5xx\"}");
        }
    }

    /** So many that even a slow machine takes them faster than the budget grows. */
    private static void askAtOnce(BalancedMesh mesh, int requests) throws IOException {
        List<HttpCaller> callers = new ArrayList<>();
        try {
            for (int i = 0; i < requests; i++) {
                callers.add(mesh.caller());
                callers.getLast().say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
            }
            for (HttpCaller caller : callers) {
                caller.response();
            }
        } finally {
            for (HttpCaller caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void theAccessLogHasEachRequestWithItsEndpointIfTheSettingAsksForIt() throws Exception {
        InetSocketAddress address;
        try (HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {good}, "--access-log-calls=true")) {
            address = good.address();
            mesh.route(true, address, address);
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/orders/1?token=secret").status()).isEqualTo(200);
            }
            Waiting.until("the line", () -> log(mesh).contains("request sent"));
            assertThat(log(mesh))
                    .contains("\"destination\":\"10.96.0.1:80\"", "\"endpoint\":\"" + HostPort.text(address) + "\"")
                    .contains("\"attempts\":1,\"method\":\"GET\",\"path\":\"/orders/1\",\"status\":200")
                    .doesNotContain("secret");
        }
    }

    private static String log(BalancedMesh mesh) {
        try {
            return mesh.mesh.accessLog("web");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
