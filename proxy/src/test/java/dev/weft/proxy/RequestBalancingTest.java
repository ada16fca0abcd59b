package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RequestBalancingTest {
    private static final int MANY = 100;

    @Test
    void requestsOfOneConnectionGoToSeveralEndpointsOverFewSessions() throws Exception {
        try (HttpApplication a = HttpApplication.ok("a");
                HttpApplication b = HttpApplication.ok("b");
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < MANY; i++) {
                assertThat(caller.get("/").status()).isEqualTo(200);
            }
            assertThat(a.requests.get() + b.requests.get()).isEqualTo(MANY);
            assertThat(a.requests).hasPositiveValue();
            assertThat(b.requests).hasPositiveValue();
            assertThat(a.connections.get() + b.connections.get()).isLessThan(MANY / 2);
        }
    }

    @Test
    void aSlowEndpointGetsFewRequestsAndAFailingOneIsLeftOut() throws Exception {
        HttpApplication.Answer late = (_, connection) -> {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                    .join();
            return HttpApplication.say(connection, HttpApplication.response("200 OK", "slow"));
        };
        try (HttpApplication fast = HttpApplication.ok("fast");
                HttpApplication slow = new HttpApplication(late);
                HttpApplication failing = HttpApplication.saying(HttpApplication.response("500 No", "x"));
                BalancedMesh mesh = new BalancedMesh(fast, slow, failing);
                HttpCaller caller = mesh.caller()) {
            int failed = 0;
            for (int i = 0; i < 2 * MANY; i++) {
                failed += caller.get("/").status() == 200 ? 0 : 1;
            }
            assertThat(failed).isLessThan(MANY / 4);
            assertThat(slow.requests).hasValueLessThan(MANY / 2);
            assertThat(fast.requests).hasValueGreaterThan(MANY);
        }
    }

    @Test
    void aRequestThatDoesNoHarmASecondTimeGoesElsewhereWhenItIsNotAnswered() throws Exception {
        try (HttpApplication closing = new HttpApplication((_, _) -> false);
                HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(closing, good);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 20; i++) {
                assertThat(caller.get("/").body()).isEqualTo("good");
            }
        }
    }

    @Test
    void aRequestThatAnApplicationMayHaveSeenIsSentOnce() throws Exception {
        try (HttpApplication closing = new HttpApplication((_, _) -> false);
                HttpApplication other = new HttpApplication((_, _) -> false);
                BalancedMesh mesh = new BalancedMesh(closing, other);
                HttpCaller caller = mesh.caller()) {
            HttpCaller.Response response = caller.post("/", "once");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.head()).contains("weft-code: WEFT-H030");
            assertThat(closing.requests.get() + other.requests.get()).isEqualTo(1);
        }
    }

    /** Fewer endpoints than attempts change nothing: an application may have seen the request, so this is no 503. */
    @Test
    void aRequestThatEachEndpointLosesGetsTheSameAnswerHoweverManyThereAre() throws Exception {
        try (HttpApplication closing = new HttpApplication((_, _) -> false);
                HttpApplication other = new HttpApplication((_, _) -> false);
                BalancedMesh mesh = new BalancedMesh(closing, other);
                HttpCaller caller = mesh.caller()) {
            HttpCaller.Response response = caller.get("/");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.head()).contains("weft-code: WEFT-H030");
            assertThat(closing.requests.get() + other.requests.get()).isEqualTo(2);
        }
    }

    /** Without a route, too: endpoints that fail altogether do not get each request twice. */
    @Test
    void retriesHaveABudgetAndBeyondItARequestIsSentOnce() throws Exception {
        try (HttpApplication closing = new HttpApplication((_, _) -> false);
                HttpApplication other = new HttpApplication((_, _) -> false);
                BalancedMesh mesh = new BalancedMesh(closing, other);
                HttpCaller caller = mesh.caller()) {
            Waiting.until("a request that is sent once", () -> {
                int before = closing.requests.get() + other.requests.get();
                assertThat(caller.get("/").status()).isEqualTo(502);
                return closing.requests.get() + other.requests.get() - before == 1;
            });
            assertThat(mesh.mesh.web.metrics().text())
                    .doesNotContain("weft_caller_retries_total{result=\"over-budget\"} 0");
        }
    }

    @Test
    void aRequestThatNoApplicationHasSeenGoesElsewhereWithItsBody() throws Exception {
        try (HttpApplication echo = new HttpApplication((head, connection) -> {
                    byte[] body = connection.getInputStream().readNBytes(4);
                    return HttpApplication.say(
                            connection,
                            HttpApplication.response("200 OK", new String(body, StandardCharsets.ISO_8859_1)));
                });
                BalancedMesh mesh = new BalancedMesh(echo)) {
            for (boolean meshed : new boolean[] {true, false}) {
                mesh.route(meshed, MeshFixture.NOWHERE, echo.address());
                try (HttpCaller caller = mesh.caller()) {
                    for (int i = 0; i < 10; i++) {
                        assertThat(caller.post("/", "four").body()).isEqualTo("four");
                    }
                }
            }
        }
    }

    @Test
    void whereNoEndpointAcceptsTheAnswerSaysSoAndTheConnectionGoesOn() throws Exception {
        try (HttpApplication good = HttpApplication.ok("good");
                BalancedMesh mesh = new BalancedMesh(good, good)) {
            mesh.route(true, MeshFixture.NOWHERE, MeshFixture.NOWHERE_EITHER);
            try (HttpCaller caller = mesh.caller()) {
                HttpCaller.Response response = caller.get("/");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.head()).contains("weft-code: WEFT-D012");
                mesh.route(true, good.address());
                assertThat(caller.get("/").body()).isEqualTo("good");
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        HttpApplication.Answer path = (head, connection) ->
                HttpApplication.say(connection, HttpApplication.response("200 OK", head.substring(5, 6)));
        try (HttpApplication a = new HttpApplication(path);
                HttpApplication b = new HttpApplication(path);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            caller.say(all.toString());
            for (int i = 0; i < 10; i++) {
                assertThat(caller.response().body()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void responsesWithoutABodyChunkedOnesAndInterimOnesPassAsTheyCame() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n";
        HttpApplication.Answer each = (head, connection) -> HttpApplication.say(
                connection,
                switch (head.substring(0, head.indexOf(' '))) {
                    case "HEAD" -> "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";
                    case "DELETE" -> "HTTP/1.1 204 Gone\r\n\r\n";
                    case "PUT" -> "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + HttpApplication.response("200 OK", "put");
                    default -> chunked;
                });
        try (HttpApplication a = new HttpApplication(each);
                HttpApplication b = new HttpApplication(each);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 5; i++) {
                caller.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.read(39)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
                caller.say("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.read(21)).isEqualTo("HTTP/1.1 204 Gone\r\n\r\n");
                caller.say("PUT / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.response().status()).isEqualTo(103);
                assertThat(caller.response().body()).isEqualTo("put");
                caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.read(chunked.length())).isEqualTo(chunked);
            }
        }
    }

    @Test
    void aResponseThatEndsWithItsConnectionEndsTheCallersToo() throws Exception {
        HttpApplication.Answer untilEnd = (_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 200 OK\r\n\r\nall of it");
            return false;
        };
        try (HttpApplication a = new HttpApplication(untilEnd);
                HttpApplication b = new HttpApplication(untilEnd);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(caller.rest()).isEqualTo("HTTP/1.1 200 OK\r\n\r\nall of it");
        }
    }

    /** Callers of HTTP/1.0 that ask to keep a connection read until its end where the response does not say that it is kept. */
    @Test
    @Timeout(60)
    void aCallerOfHttp10KeepsAConnectionOnlyIfItIsToldSo() throws Exception {
        String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        String keeping = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nkept";
        try (HttpApplication silent = HttpApplication.ok("good");
                HttpApplication telling = HttpApplication.saying(keeping);
                BalancedMesh mesh = new BalancedMesh(telling, telling)) {
            try (HttpCaller caller = mesh.caller()) {
                caller.say(request);
                assertThat(caller.response().body()).isEqualTo("kept");
                mesh.route(true, silent.address());
                caller.say(request);
                assertThat(caller.rest()).endsWith("good");
            }
            mesh.route(true, MeshFixture.NOWHERE, MeshFixture.NOWHERE_EITHER);
            try (HttpCaller caller = mesh.caller()) {
                caller.say(request);
                assertThat(caller.rest()).contains("503", "weft-code: WEFT-D012");
            }
        }
    }

    @Test
    void anUpgradedConnectionStaysWithItsEndpoint() throws Exception {
        HttpApplication.Answer upgrade = (_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhi");
            connection.getInputStream().transferTo(connection.getOutputStream());
            return false;
        };
        try (HttpApplication a = new HttpApplication(upgrade);
                HttpApplication b = new HttpApplication(upgrade);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(HttpApplication.head(caller.socket.getInputStream())).startsWith("HTTP/1.1 101 Go\r\n");
            caller.say("\u0000GET / HTTP/1.1\r\n");
            assertThat(caller.read(19)).isEqualTo("hi\u0000GET / HTTP/1.1\r\n");
            caller.socket.shutdownOutput();
            assertThat(caller.rest()).isEmpty();
            Waiting.until(
                    "the session's end",
                    () -> mesh.mesh.web.registry().sessions().isEmpty());
        }
    }

    @Test
    void whatIsNoHttpGoesToOneEndpointAsItIs() throws Exception {
        for (String said : new String[] {"\u0001\u0002binary\r\n\r\n", "GET / HTTP/1.1\r\nno colon here\r\n\r\n"}) {
            HttpApplication.Answer echo = (head, connection) -> HttpApplication.say(connection, head);
            try (HttpApplication a = new HttpApplication(echo);
                    HttpApplication b = new HttpApplication(echo);
                    BalancedMesh mesh = new BalancedMesh(a, b);
                    HttpCaller caller = mesh.caller()) {
                for (int i = 0; i < 5; i++) {
                    caller.say(said);
                    assertThat(caller.read(said.length())).isEqualTo(said);
                }
                assertThat(a.connections.get() + b.connections.get()).isEqualTo(1);
            }
        }
    }

    @Test
    void bodiesLargerThanAllBuffersPassBothWays() throws Exception {
        int size = 8 << 20;
        HttpApplication.Answer echo = (head, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int left = size; left > 0; ) {
                int read = connection.getInputStream().read(piece, 0, Math.min(left, piece.length));
                connection.getOutputStream().write(piece, 0, read);
                left -= read;
            }
            return true;
        };
        try (HttpApplication a = new HttpApplication(echo);
                HttpApplication b = new HttpApplication(echo);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n");
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    caller.socket.getOutputStream().write(new byte[size]);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(caller.response().body()).hasSize(size);
            writer.join();
        }
    }

    @Test
    void sessionsThatWaitForRequestsEndWithTheWorkload() throws Exception {
        try (HttpApplication a = HttpApplication.ok("a");
                HttpApplication b = HttpApplication.ok("b");
                BalancedMesh mesh = new BalancedMesh(a, b)) {
            try (HttpCaller caller = mesh.caller()) {
                for (int i = 0; i < 10; i++) {
                    assertThat(caller.get("/").status()).isEqualTo(200);
                }
            }
            Waiting.until(
                    "the session's end",
                    () -> mesh.mesh.web.registry().sessions().isEmpty());
            mesh.mesh.web.drain();
            Waiting.until(
                    "the end of all sessions",
                    () -> mesh.mesh.api.registry().sessions().isEmpty());
            assertThat(mesh.mesh.web.registry().tunnels()).isZero();
            mesh.mesh.web.close(); // its log is complete
            InetSocketAddress service = MeshFixture.SERVICE;
            assertThat(mesh.mesh.accessLog("web")).contains(service.getAddress().getHostAddress());
        }
    }
}
