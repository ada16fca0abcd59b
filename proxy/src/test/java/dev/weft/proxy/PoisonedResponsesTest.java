package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an endpoint sends, no request gets what was sent for another, or for none. */
class PoisonedResponsesTest {
    private static final String EVIL = HttpApplication.response("200 OK", "EVIL");
    private static final String GOOD = HttpApplication.response("200 OK", "good");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA",
                "HTTP/1.1 204 No\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\r\n"
            })
    void whatFollowsAResponseIsTheAnswerToNothing(String response) throws Exception {
        try (HttpApplication a = HttpApplication.saying(response + EVIL);
                HttpApplication b = HttpApplication.saying(response + "junk");
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 20; i++) {
                caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.read(response.length())).isEqualTo(response);
            }
            assertThat(a.connections.get() + b.connections.get())
                    .as("no session is used again")
                    .isEqualTo(20);
        }
    }

    @Test
    void whatComesWhileNoRequestIsOpenEndsTheSession() throws Exception {
        CountDownLatch speak = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        HttpApplication.Answer first = (_, connection) -> {
            HttpApplication.say(connection, GOOD);
            await(speak);
            HttpApplication.say(connection, EVIL);
            try {
                int _ = connection.getInputStream().read();
            } finally {
                ended.countDown();
            }
            return false;
        };
        try (HttpApplication a = new HttpApplication(first);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("good");
            a.answer((_, connection) -> HttpApplication.say(connection, GOOD));
            speak.countDown();
            Waiting.until("the session's end", () -> ended.getCount() == 0);
            for (int i = 0; i < 10; i++) {
                assertThat(caller.get("/").body()).isEqualTo("good");
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "junk\r\n\r\n",
                "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 8\r\n\r\nEVILEVIL",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nEVIL",
                "HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nEVIL",
                "HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 4\r\n\r\nEVIL",
                "HTTP/1.1 200 OK\r\nX: a\rContent-Length: 4\r\n\r\nEVIL",
                "HTTP/1.1 200 OK\nContent-Length: 4\r\n\r\nEVIL",
                "HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nEVIL",
                "HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\nEVIL",
                "HTTP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"
            })
    void aResponseThatCannotBeFramedIsAnsweredByTheSidecarAndItsSessionEnds(String response) throws Exception {
        try (HttpApplication a = HttpApplication.saying(response);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            HttpCaller.Response refused = caller.get("/");
            assertThat(refused.status()).isEqualTo(502);
            assertThat(refused.head()).contains("weft-code: WEFT-H031");
            a.answer((_, connection) -> HttpApplication.say(connection, GOOD));
            for (int i = 0; i < 5; i++) {
                assertThat(caller.get("/").body()).isEqualTo("good");
            }
        }
    }

    @Test
    void aResponseThatBreaksOffIsNeverTakenForAWholeOne() throws Exception {
        HttpApplication.Answer half = (_, connection) -> {
            HttpApplication.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            return false;
        };
        try (HttpApplication a = new HttpApplication(half);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            String got = "";
            boolean reset = false;
            try {
                got = caller.rest();
            } catch (java.net.SocketException e) {
                reset = true;
            }
            assertThat(reset).as("a reset, and not: %s", got).isTrue();
        }
    }

    @Test
    void aRequestThatIsAnsweredBeforeItsEndLeavesNothingOnTheSession() throws Exception {
        HttpApplication.Answer early = (head, connection) -> HttpApplication.say(
                connection, head.startsWith("POST") ? "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n" : GOOD);
        try (HttpApplication a = new HttpApplication(early);
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            try (HttpCaller caller = mesh.caller()) {
                caller.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
                assertThat(caller.response().status()).isEqualTo(413);
                caller.say("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(caller.rest()).isEmpty();
            }
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/").body()).isEqualTo("good");
            }
            assertThat(a.requests)
                    .as("the application takes the body for a request, and its answer reaches no caller")
                    .hasValue(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: x\r\n\r\n",
            })
    void aSessionThatTheRequestTellsToEndIsNotUsedAgain(String last) throws Exception {
        try (HttpApplication a = HttpApplication.saying(GOOD);
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            for (int i = 1; i <= 3; i++) {
                try (HttpCaller caller = mesh.caller()) {
                    caller.say(last);
                    assertThat(caller.rest()).isEqualTo(GOOD);
                }
                assertThat(a.connections).hasValue(i);
            }
        }
    }
}
