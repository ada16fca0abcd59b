package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.weft.api.v1.InboundMode;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.pace.SpentDenials;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller whose requests are denied again and again. */
@Timeout(60)
class DeniedRequestsTest {
    private static final int MANY = 3000;

    @Test
    void eachIsAnsweredAndHasALineOrIsCounted() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address());
                HttpCaller caller = denied(mesh)) {
            for (int i = 0; i < MANY; i++) {
                assertThat(caller.get("/admin").status()).isEqualTo(403);
            }
            assertThat(caller.get("/orders").body()).isEqualTo("fine");
            // How many have a line depends on how fast the machine is: DenialsTest has the pace.
            Waiting.until("each has a line or is counted", () -> lines(mesh) + unlogged(mesh) == MANY);
            assertThat(mesh.api.metrics().text())
                    .contains("weft_requests_total{protocol=\"http/1.1\",status=\"4xx\",decision=\"deny\"} " + MANY);
        }
    }

    @Test
    void whoGoesOnByFarTooOftenLosesTheTunnelAndGetsAnotherLater() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address());
                HttpCaller caller = denied(mesh)) {
            assertThat(caller.get("/orders").body()).isEqualTo("fine");
            try (SpentDenials _ = new SpentDenials(mesh.api.sidecar, peer(mesh.authority.id("web")))) {
                askUntilTheEnd(caller.socket);
            }
            assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"refusals-tunnel-ended\"} 1");
            try (HttpCaller next = new HttpCaller(mesh)) {
                assertThat(next.get("/orders").body()).isEqualTo("fine");
            }
        }
    }

    @Test
    void aCallerWithoutAnIdentityLosesItsConnection() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                MeshFixture mesh = new MeshFixture(application.address())) {
            mesh.api.inbound(Requests.inbound(
                    mesh,
                    InboundMode.INBOUND_MODE_PERMISSIVE,
                    Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/orders"))));
            try (Socket caller = mesh.plaintext();
                    SpentDenials _ = new SpentDenials(mesh.api.sidecar, peer(null))) {
                askUntilTheEnd(caller);
            }
            Waiting.until("the line of the end", () -> mesh.accessLog("api").contains("WEFT-H021"));
        }
    }

    private static long lines(MeshFixture mesh) throws IOException {
        return mesh.accessLog("api")
                .lines()
                .filter(line -> line.contains("\"path\":\"/admin\""))
                .count();
    }

    private static int unlogged(MeshFixture mesh) {
        return ProofAnewTest.count(mesh.api, "weft_limits_hit_total{limit=\"denied-requests\"}");
    }

    private static Peer peer(@Nullable SpiffeId identity) {
        return new Peer(identity, MeshFixture.LOOPBACK);
    }

    /** Asks for what is denied, until the connection ends. */
    private static void askUntilTheEnd(Socket socket) {
        byte[] request = "GET /admin HTTP/1.1\r\nHost: api.shop\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < MANY; i++) {
            try {
                socket.getOutputStream().write(request);
                String head = HttpApplication.head(socket.getInputStream());
                if (head.isEmpty()) {
                    return;
                }
                assertThat(head).startsWith("HTTP/1.1 403");
                int _ = socket.getInputStream().readNBytes(length(head)).length;
            } catch (IOException e) {
                return; // a reset ends it, too
            }
        }
        fail("the connection goes on");
    }

    private static int length(String head) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ") + "content-length: ".length();
        return Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
    }

    private static HttpCaller denied(MeshFixture mesh) throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        return new HttpCaller(mesh);
    }
}
