package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of HTTP/1.1 that are answered whole before their body has come, to destinations balanced by request or with routes. */
@Timeout(60)
class EarlyAnswerTest {
    /** More than all buffers on the way take. */
    private static final int SIZE = 16 << 20;

    private static final String UPLOAD = "POST /up HTTP/1.1\r\nHost: api.shop\r\nContent-Length: " + SIZE + "\r\n";
    private final BlockingQueue<Integer> bodies = new LinkedBlockingQueue<>();

    /** Answers at once, reads the body to its end, and then takes the next request. */
    private HttpApplication reading() throws IOException {
        return new HttpApplication((head, connection) -> {
            boolean upload = head.startsWith("POST");
            HttpApplication.say(connection, HttpApplication.response("200 OK", upload ? "early" : "next"));
            if (upload) {
                bodies.add(connection.getInputStream().readNBytes(SIZE).length);
            }
            return true;
        });
    }

    private void uploads(HttpCaller caller) throws Exception {
        caller.say(UPLOAD + "\r\nfirst");
        assertThat(caller.response().body()).isEqualTo("early");
        caller.socket.getOutputStream().write(new byte[SIZE - "first".length()]);
        assertThat(bodies.take()).isEqualTo(SIZE);
        assertThat(caller.get("/next").body()).isEqualTo("next");
    }

    @Test
    void theRestOfTheBodyStillArrivesAndTheConnectionGoesOn() throws Exception {
        try (HttpApplication a = reading();
                HttpApplication b = reading();
                BalancedMesh mesh = new BalancedMesh(a, b)) {
            for (boolean meshed : new boolean[] {true, false}) {
                mesh.route(meshed, a.address(), b.address());
                try (HttpCaller caller = mesh.caller()) {
                    uploads(caller);
                    uploads(caller);
                }
            }
        }
    }

    @Test
    void theSameWhereTheRequestGoesByARoute() throws Exception {
        try (HttpApplication own = reading();
                RoutedMesh mesh = new RoutedMesh(own.address())) {
            mesh.routes(
                    RequestRoutes.newBuilder().addMatches(RoutedMesh.any()).addRules(RoutedMesh.to(RoutedMesh.self())));
            try (HttpCaller caller = mesh.caller()) {
                uploads(caller);
            }
        }
    }

    @Test
    void aChunkedBodyEndsWhereItsChunksSay() throws Exception {
        HttpApplication.Answer chunked = (head, connection) -> {
            boolean upload = head.startsWith("POST");
            HttpApplication.say(connection, HttpApplication.response("200 OK", upload ? "early" : "next"));
            if (upload) {
                bodies.add(connection.getInputStream().readNBytes("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n".length()).length);
            }
            return true;
        };
        try (HttpApplication a = new HttpApplication(chunked);
                HttpApplication b = new HttpApplication(chunked);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say("POST /up HTTP/1.1\r\nHost: api.shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertThat(caller.response().body()).isEqualTo("early");
            caller.say("3\r\ndef\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: api.shop\r\n\r\n");
            assertThat(bodies.take()).isEqualTo(21);
            assertThat(caller.response().body()).isEqualTo("next");
        }
    }

    @Test
    void anEndpointThatClosesWithinTheBodyEndsTheConnectionAfterItsAnswer() throws Exception {
        HttpApplication.Answer closing = (_, connection) -> {
            HttpApplication.say(connection, HttpApplication.response("413 No", "too large"));
            return connection.getInputStream().readNBytes("first".length()).length == 0;
        };
        try (HttpApplication a = new HttpApplication(closing);
                HttpApplication b = new HttpApplication(closing);
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say(UPLOAD + "\r\nfirst");
            assertThat(caller.rest()).startsWith("HTTP/1.1 413 No").endsWith("too large");
        }
    }

    @Test
    void aCallerThatEndsWithinTheBodyEndsTheEndpointsConnection() throws Exception {
        try (HttpApplication a = reading();
                HttpApplication b = reading();
                BalancedMesh mesh = new BalancedMesh(a, b)) {
            try (HttpCaller caller = mesh.caller()) {
                caller.say(UPLOAD + "\r\nfirst");
                assertThat(caller.response().body()).isEqualTo("early");
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).isEmpty();
            }
            Waiting.until(
                    "the end of all sessions",
                    () -> mesh.mesh.api.registry().sessions().isEmpty()
                            && mesh.mesh.web.registry().sessions().isEmpty());
        }
    }

    /** Whether the body comes after a final answer is the caller's choice: what comes next could be read in two ways. */
    @Test
    void anAnswerInPlaceOf100EndsTheConnection() throws Exception {
        try (HttpApplication a = HttpApplication.saying(HttpApplication.response("401 Who", "who"));
                HttpApplication b = HttpApplication.saying(HttpApplication.response("401 Who", "who"));
                BalancedMesh mesh = new BalancedMesh(a, b);
                HttpCaller caller = mesh.caller()) {
            caller.say(UPLOAD + "Expect: 100-continue\r\n\r\n");
            assertThat(caller.rest()).startsWith("HTTP/1.1 401 Who").endsWith("who");
        }
    }
}
