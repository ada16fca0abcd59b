package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller whose requests are denied again and again. */
@Timeout(60)
class DeniedRequestsTest {
    private static final int MANY = 3000;

    @Test
    void eachIsAnsweredAndFewAreLogged() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address());
                HttpCaller caller = denied(mesh)) {
            for (int i = 0; i < MANY; i++) {
                assertThat(caller.get("/admin").status()).isEqualTo(403);
            }
            assertThat(caller.get("/orders").body()).isEqualTo("fine");
            assertThat(mesh.accessLog("api").lines().filter(line -> line.contains("\"path\":\"/admin\"")))
                    .hasSizeBetween(1, MANY - 1);
            assertThat(mesh.api.metrics().text())
                    .containsPattern("weft_limits_hit_total\\{limit=\"denied-requests\"} [1-9]")
                    .contains("weft_requests_total{protocol=\"http/1.1\",status=\"4xx\",decision=\"deny\"} " + MANY);
        }
    }

    private static HttpCaller denied(MeshFixture mesh) throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        return new HttpCaller(mesh);
    }
}
