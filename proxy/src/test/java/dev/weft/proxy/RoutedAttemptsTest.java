package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retries and time-outs that a rule asks for. */
@Timeout(60)
class RoutedAttemptsTest {
    /** Longer than any request takes that is answered. */
    private static final int PATIENCE = 30_000;
    /** Long enough for a request to reach the application, over a tunnel that stands. */
    private static final int ENOUGH = 2_000;
    /** Of a request that is never answered, and may not even arrive. */
    private static final int SHORT = 200;

    /** In a row, after which an endpoint is left out. */
    private static final int FAILURES = 5;

    private static final String LEFT_OUT = "weft_balancer_ejections_total{reason=\"failures\"} ";

    private HttpApplication application;
    private RoutedMesh mesh;
    private HttpCaller caller;
    private final AtomicInteger failures = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        application = HttpApplication.ok("good");
        mesh = new RoutedMesh(application.address());
        caller = mesh.caller();
        assertThat(caller.get("/").body()).as("so that the tunnel stands").isEqualTo("good");
        application.requests.set(0);
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        mesh.close();
        application.close();
    }

    private HttpCaller routed(RouteRule.Builder rule) throws IOException {
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(RouteMatch.newBuilder())
                .addRules(rule.addBackends(RoutedMesh.self())));
        caller.close();
        caller = mesh.caller();
        return caller;
    }

    private static RouteRule.Builder retrying(int attempts, int... statuses) {
        RouteRetry.Builder retry = RouteRetry.newBuilder().setAttempts(attempts).setBackoffMillis(5);
        for (int status : statuses) {
            retry.addStatuses(status);
        }
        return RouteRule.newBuilder().setRetry(retry);
    }

    /** So many requests are answered with this status, and the others with what they said. */
    private void failing(int times, String status) {
        failures.set(times);
        application.answer((head, connection) -> {
            String body = head.contains("Content-Length: 4")
                    ? new String(connection.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1)
                    : "good";
            return HttpApplication.say(
                    connection,
                    failures.getAndDecrement() > 0
                            ? HttpApplication.response(status, "bad")
                            : HttpApplication.response("200 OK", body));
        });
    }

    @Test
    void aStatusOfTheRuleIsTriedAgainEvenAtTheOnlyEndpoint() throws Exception {
        failing(2, "503 No");
        assertThat(routed(retrying(2, 503, 502)).get("/").body()).isEqualTo("good");
        assertThat(application.requests).hasValue(3);
        failing(0, "");
        assertThat(caller.get("/").body()).as("the connection goes on").isEqualTo("good");
    }

    @Test
    void aRetryGoesToAnEndpointThatHasComeMeanwhile() throws Exception {
        try (HttpApplication next = HttpApplication.ok("next")) {
            application.answer((_, connection) -> {
                mesh.backend(1, next.address());
                return HttpApplication.say(connection, HttpApplication.response("503 No", "bad"));
            });
            mesh.routes(RequestRoutes.newBuilder()
                    .addMatches(RouteMatch.newBuilder())
                    .addRules(retrying(3, 503).addBackends(mesh.backend(1, application.address()))));
            caller.close();
            caller = mesh.caller();
            assertThat(caller.get("/").body()).isEqualTo("next");
            assertThat(application.requests).hasValue(1);
        }
    }

    @Test
    void afterTheLastAttemptTheCallerGetsWhatItBrought() throws Exception {
        failing(5, "503 No");
        assertThat(routed(retrying(1, 503)).get("/").status()).isEqualTo(503);
        assertThat(application.requests).hasValue(2);
    }

    @Test
    void anotherStatusIsNotTriedAgain() throws Exception {
        failing(1, "500 No");
        assertThat(routed(retrying(3, 503)).get("/").status()).isEqualTo(500);
        assertThat(application.requests).hasValue(1);
    }

    @Test
    void aSmallBodyOfAnIdempotentRequestIsSentAgain() throws Exception {
        failing(1, "503 No");
        routed(retrying(1, 503)).say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(caller.response().body()).isEqualTo("body");
        assertThat(application.requests).hasValue(2);
    }

    @Test
    void aRequestThatCouldDoHarmTwiceIsSentOnceWhateverTheRuleSays() throws Exception {
        failing(1, "503 No");
        assertThat(routed(retrying(3, 503)).post("/", "body").status()).isEqualTo(503);
        assertThat(application.requests).hasValue(1);
    }

    @Test
    void aLargeBodyPassesAndIsSentOnce() throws Exception {
        int size = 1 << 20;
        application.answer((_, connection) -> {
            connection.getInputStream().skipNBytes(size);
            return HttpApplication.say(connection, HttpApplication.response("503 No", "bad"));
        });
        routed(retrying(3, 503)).say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n");
        caller.socket.getOutputStream().write(new byte[size]);
        assertThat(caller.response().status()).isEqualTo(503);
        assertThat(application.requests).hasValue(1);
    }

    @Test
    void retriesHaveABudget() throws Exception {
        failing(1_000_000, "503 No");
        RouteRule.Builder rule = retrying(10, 503);
        routed(rule.setRetry(rule.getRetry().toBuilder().clearBackoffMillis()));
        for (int i = 0; i < 20; i++) {
            assertThat(caller.get("/").status()).isEqualTo(503);
        }
        assertThat(application.requests).hasValueLessThan(20 + 100);
    }

    @Test
    void aRequestThatTakesTooLongIsAnsweredWith504AndTheConnectionGoesOn() throws Exception {
        application.answer((_, connection) -> silent(connection));
        HttpCaller.Response late =
                routed(RouteRule.newBuilder().setRequestTimeoutMillis(SHORT)).get("/");
        assertThat(late.status()).isEqualTo(504);
        assertThat(late.head()).contains("weft-code: WEFT-H052", SHORT + " ms");
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(RouteMatch.newBuilder())
                .addRules(
                        RouteRule.newBuilder().setRequestTimeoutMillis(PATIENCE).addBackends(RoutedMesh.self())));
        failing(0, "");
        assertThat(caller.get("/").body()).isEqualTo("good");
    }

    private static boolean silent(Socket connection) throws IOException {
        return connection.getInputStream().read() >= 0;
    }

    @Test
    void anAttemptThatTakesTooLongIsTriedAgainWhereItMay() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        application.answer((_, connection) -> asked.getAndIncrement() == 0
                ? silent(connection)
                : HttpApplication.say(connection, HttpApplication.response("200 OK", "good")));
        assertThat(routed(retrying(1).setBackendTimeoutMillis(ENOUGH)).get("/").body())
                .isEqualTo("good");
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAttemptThatTakesTooLongEndsWith504WhereItMayNotBeTriedAgain() throws Exception {
        application.answer((_, connection) -> silent(connection));
        routed(retrying(3).setBackendTimeoutMillis(ENOUGH));
        HttpCaller.Response late = caller.post("/", "body");
        assertThat(late.status()).isEqualTo(504);
        assertThat(late.head()).contains("weft-code: WEFT-H052");
        assertThat(application.requests).hasValue(1);
    }

    @Test
    void anEndpointThatIsSilentToWholeRequestsIsLeftOut() throws Exception {
        application.answer((_, connection) -> silent(connection));
        routed(RouteRule.newBuilder().setRequestTimeoutMillis(SHORT));
        // One that was not sent in time, on a busy machine, blames nobody.
        int asked = 0;
        while (!mesh.mesh.web.metrics().text().contains(LEFT_OUT + "1")) {
            assertThat(caller.post("/", "body").status()).isEqualTo(504);
            asked++;
        }
        assertThat(asked).isGreaterThanOrEqualTo(FAILURES);
    }

    @Test
    void whoSendsItsRequestTooSlowlyBlamesNoEndpoint() throws Exception {
        application.answer((_, connection) -> silent(connection));
        RouteRule.Builder rule = RouteRule.newBuilder().setRequestTimeoutMillis(SHORT);
        routed(rule);
        for (int i = 0; i < FAILURES; i++) {
            caller.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nsome");
            assertThat(caller.rest()).contains("504", "weft-code: WEFT-H052");
            caller.close();
            caller = mesh.caller();
        }
        assertThat(mesh.mesh.web.metrics().text()).contains(LEFT_OUT + "0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aBodyIsSentAgainAfterALossNoMoreOftenThanTheRuleSays(int attempts) throws Exception {
        try (HttpApplication second = losing();
                HttpApplication third = losing();
                HttpApplication fourth = losing()) {
            mesh.routes(RequestRoutes.newBuilder()
                    .addMatches(RouteMatch.newBuilder())
                    .addRules(retrying(attempts)
                            .addBackends(mesh.backend(1, second.address(), third.address(), fourth.address()))));
            caller.close();
            caller = mesh.caller();
            caller.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
            HttpCaller.Response lost = caller.response();
            assertThat(lost.status()).isEqualTo(502);
            assertThat(lost.head()).contains("weft-code: WEFT-H030");
            assertThat(second.requests.get() + third.requests.get() + fourth.requests.get())
                    .isEqualTo(1 + attempts);
            assertThat(caller.get("/").status())
                    .as("without a body nothing is asked of the rule")
                    .isEqualTo(502);
            assertThat(second.requests.get() + third.requests.get() + fourth.requests.get())
                    .isEqualTo(1 + attempts + 3);
        }
    }

    /** Reads a request, and ends without a response. */
    private static HttpApplication losing() throws IOException {
        return new HttpApplication((head, connection) -> {
            connection.getInputStream().skipNBytes(head.contains("Content-Length: 4") ? 4 : 0);
            return false;
        });
    }

    @Test
    void aResponseThatStopsIsBrokenOff() throws Exception {
        application.answer((_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
            return silent(connection);
        });
        routed(RouteRule.newBuilder().setRequestTimeoutMillis(ENOUGH)).say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(HttpApplication.head(caller.socket.getInputStream())).contains("200 OK");
        Waiting.until("the session's end in the log, which has a thread of its own", () -> isLogged("WEFT-H052"));
        Waiting.until(
                "the session's end", () -> mesh.mesh.web.registry().sessions().isEmpty());
    }

    private boolean isLogged(String text) {
        try {
            return mesh.mesh.accessLog("web").contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anUpgradedConnectionHasNoEnd() throws Exception {
        application.answer((_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            connection.getInputStream().transferTo(connection.getOutputStream());
            return false;
        });
        routed(RouteRule.newBuilder().setRequestTimeoutMillis(ENOUGH).setBackendTimeoutMillis(ENOUGH))
                .say("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
        assertThat(HttpApplication.head(caller.socket.getInputStream())).startsWith("HTTP/1.1 101 Go\r\n");
        mesh.mesh
                .loops
                .next()
                .schedule(() -> {}, ENOUGH + 500, TimeUnit.MILLISECONDS)
                .sync();
        caller.say("still");
        assertThat(caller.read(5)).isEqualTo("still");
    }
}
