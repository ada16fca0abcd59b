package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reads slowly gets all of what was said last, however the connection ends. */
@Timeout(60)
class SlowReaderTest {
    private static final int SIZE = 8 << 20;
    private static final int PIECE = 64 * 1024;
    /** Longer than a connection is kept for the application's own end. */
    private static final int PAUSE_MILLIS = 5000;

    private static void pause() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            assertThat(never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long slowly(InputStream in) throws IOException {
        byte[] piece = new byte[PIECE];
        long all = 0;
        boolean paused = false;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            all += read;
            if (!paused) {
                paused = true;
                pause();
            }
        }
        return all;
    }

    private static void awaitNoSession(BalancedMesh mesh) {
        Waiting.until(
                "the session's end", () -> mesh.mesh.web.registry().sessions().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: x\r\n\r\n",
            })
    void theLastResponseArrivesWhole(String request) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n";
        HttpApplication.Answer large = (_, connection) -> {
            HttpApplication.say(connection, head);
            connection.getOutputStream().write(new byte[SIZE]);
            return true;
        };
        try (HttpApplication a = new HttpApplication(large);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            caller.say(request);
            assertThat(slowly(caller.socket.getInputStream())).isEqualTo(head.length() + (long) SIZE);
            awaitNoSession(mesh);
        }
    }
}
