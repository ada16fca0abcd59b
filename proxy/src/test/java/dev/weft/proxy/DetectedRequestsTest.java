package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.mesh.Hint;
import dev.weft.testing.Waiting;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to a port of which nothing is said, behind which there are several applications. */
@Timeout(60)
class DetectedRequestsTest {
    private static final int REQUESTS = 20;
    /** Longer than any machine takes to send the first bytes of a request. */
    private static final String PATIENT = "--detect-http=10s";

    private static HttpApplication[] applications() throws Exception {
        return new HttpApplication[] {HttpApplication.ok("a"), HttpApplication.ok("b")};
    }

    private static BalancedMesh mesh(HttpApplication[] applications, String... flags) throws Exception {
        BalancedMesh mesh = new BalancedMesh(applications, flags);
        mesh.route(Hint.NONE);
        return mesh;
    }

    private static void ask(HttpCaller caller) throws Exception {
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(caller.get("/").status()).isEqualTo(200);
        }
    }

    /** The requests that web's sidecar has balanced; empty if there were none. */
    private static String balanced(BalancedMesh mesh) {
        return mesh.mesh
                .web
                .metrics()
                .text()
                .lines()
                .filter(line -> line.startsWith("weft_caller_requests_total{"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void requestsAreBalancedHoweverTheFirstOfThemIsCut() throws Exception {
        try (BalancedMesh mesh = mesh(applications(), PATIENT);
                HttpCaller caller = mesh.caller()) {
            for (String part : new String[] {"G", "ET / HT", "TP/1.1\r", "\nHost: x\r\n\r", "\n"}) {
                caller.say(part);
            }
            assertThat(caller.response().status()).isEqualTo(200);
            ask(caller);
            Waiting.until("balanced", () -> balanced(mesh).endsWith("} " + (REQUESTS + 1)));
            assertThat(balanced(mesh)).contains("http/1.1", "2xx");
        }
    }

    @Test
    void aServerThatSpeaksFirstIsHeardAndTheConnectionStaysBytes() throws Exception {
        HttpApplication[] greeting = new HttpApplication[2];
        for (int i = 0; i < greeting.length; i++) {
            greeting[i] = HttpApplication.greeting("220 ready\r\n", "ok\r\n");
        }
        try (BalancedMesh mesh = mesh(greeting);
                HttpCaller caller = mesh.caller()) {
            assertThat(caller.read(11)).isEqualTo("220 ready\r\n");
            for (int i = 0; i < REQUESTS; i++) {
                caller.say("GET / HTTP/1.1\r\n\r\n");
                assertThat(caller.read(4)).isEqualTo("ok\r\n");
            }
            assertThat(balanced(mesh)).isEmpty();
        }
    }

    @Test
    void whatIsNotHttpIsBytes() throws Exception {
        HttpApplication.Answer echo = (head, connection) -> HttpApplication.say(connection, head);
        HttpApplication[] echoes = {new HttpApplication(echo), new HttpApplication(echo)};
        try (BalancedMesh mesh = mesh(echoes, PATIENT);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < REQUESTS; i++) {
                caller.say("\u0001 odd\r\n\r\n");
                assertThat(caller.read(9)).isEqualTo("\u0001 odd\r\n\r\n");
            }
            assertThat(balanced(mesh)).isEmpty();
        }
    }

    @Test
    void nothingIsLookedAtIfTheSidecarIsToldSo() throws Exception {
        try (BalancedMesh mesh = mesh(applications(), "--detect-http=0s");
                HttpCaller caller = mesh.caller()) {
            ask(caller);
            assertThat(balanced(mesh)).isEmpty();
        }
    }
}
