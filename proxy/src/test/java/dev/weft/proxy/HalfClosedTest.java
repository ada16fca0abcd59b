package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes of requests whose application has ended its side, or has given up. */
@Timeout(60)
class HalfClosedTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private static void awaitEnd(Socket connection) throws IOException {
        assertThat(connection.getInputStream().read()).isEqualTo(-1);
    }

    private static void awaitNoSession(BalancedMesh mesh) {
        Waiting.until(
                "the session's end", () -> mesh.mesh.web.registry().sessions().isEmpty());
    }

    @Test
    void anUnfinishedRequestBehindAnotherEndsTheConnectionAfterTheAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        HttpApplication.Answer late = (head, connection) -> {
            if (!head.startsWith("GET")) {
                return false;
            }
            asked.countDown();
            awaitEnd(connection);
            return HttpApplication.say(connection, HttpApplication.response("200 OK", "first"));
        };
        try (HttpApplication a = new HttpApplication(late);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            caller.say(GET + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
            asked.await();
            caller.socket.shutdownOutput();
            assertThat(caller.response().body()).isEqualTo("first");
            assertThat(caller.rest()).isEmpty();
            awaitNoSession(mesh);
        }
    }

    @Test
    void anApplicationThatGivesUpAfterItsEndIsNoticed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        HttpApplication.Answer never = (_, connection) -> {
            asked.countDown();
            awaitEnd(connection);
            ended.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        };
        try (HttpApplication a = new HttpApplication(never);
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            try (HttpCaller caller = mesh.caller()) {
                caller.say(GET);
                asked.await();
                caller.socket.shutdownOutput();
                ended.await();
                caller.socket.setSoLinger(true, 0);
            }
            try {
                awaitNoSession(mesh);
            } finally {
                done.countDown();
            }
        }
    }
}
