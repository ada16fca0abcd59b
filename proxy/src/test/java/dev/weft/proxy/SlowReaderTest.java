package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reads slowly gets all of what was said last, however the connection ends. */
@Timeout(60)
class SlowReaderTest {
    private static final int SIZE = 8 << 20;
    private static final int PIECE = 64 * 1024;
    /** Longer than a connection is kept for the application's own end. */
    private static final int LONG_MILLIS = 4000;
    /** For the buffers on the way to fill. */
    private static final int SHORT_MILLIS = 500;

    private static void pause(int millis) {
        CountDownLatch never = new CountDownLatch(1);
        try {
            assertThat(never.await(millis, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long slowly(InputStream in, int pauseMillis) throws IOException {
        byte[] piece = new byte[PIECE];
        long all = 0;
        boolean paused = false;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            all += read;
            if (!paused) {
                paused = true;
                pause(pauseMillis);
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
            assertThat(slowly(caller.socket.getInputStream(), LONG_MILLIS)).isEqualTo(head.length() + (long) SIZE);
            awaitNoSession(mesh);
        }
    }

    @Test
    void theLastResponseArrivesWholeThoughTheApplicationHasEndedItsSide() throws Exception {
        String head = "HTTP/1.1 200 OK\r\n\r\n";
        HttpApplication.Answer large = (_, connection) -> {
            HttpApplication.say(connection, head);
            connection.getOutputStream().write(new byte[SIZE]);
            return false;
        };
        try (HttpApplication a = new HttpApplication(large);
                BalancedMesh mesh = new BalancedMesh(a, a);
                HttpCaller caller = mesh.caller()) {
            caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            caller.socket.shutdownOutput();
            assertThat(slowly(caller.socket.getInputStream(), SHORT_MILLIS)).isEqualTo(head.length() + (long) SIZE);
            awaitNoSession(mesh);
        }
    }

    /** What is said after the caller has ended its side waits for it to be taken, in a connection of bytes too. */
    @Test
    void bytesArriveWholeThoughTheCallerHasEndedItsSide() throws Exception {
        EchoServer.Behaviour saying = connection -> {
            connection.getInputStream().readAllBytes();
            connection.getOutputStream().write(new byte[SIZE]);
        };
        try (EchoServer application = new EchoServer(saying);
                MeshFixture mesh = new MeshFixture(application.address());
                Socket caller = mesh.connect()) {
            caller.shutdownOutput();
            assertThat(slowly(caller.getInputStream(), SHORT_MILLIS)).isEqualTo(SIZE);
            Waiting.until(
                    "the session's end", () -> mesh.web.registry().sessions().isEmpty());
        }
    }

    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    private static final String SWITCHED = "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";

    private static void write(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[SIZE]);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterASwitchOfProtocolsTheEndpointHearsAllWhenItEndedFirst(boolean meshed) throws Exception {
        AtomicLong heard = new AtomicLong();
        HttpApplication.Answer endingFirst = (_, connection) -> {
            HttpApplication.say(connection, SWITCHED);
            connection.shutdownOutput();
            heard.set(slowly(connection.getInputStream(), SHORT_MILLIS));
            return false;
        };
        try (HttpApplication a = new HttpApplication(endingFirst);
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            mesh.route(meshed, a.address(), a.address());
            try (HttpCaller caller = mesh.caller()) {
                caller.say(UPGRADE);
                assertThat(caller.rest()).isEqualTo(SWITCHED);
                write(caller.socket);
                Waiting.until("all of it", () -> heard.get() == SIZE);
                awaitNoSession(mesh);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterASwitchOfProtocolsTheApplicationHearsAllWhenItEndedFirst(boolean meshed) throws Exception {
        AtomicLong heard = new AtomicLong();
        HttpApplication.Answer endingLast = (_, connection) -> {
            HttpApplication.say(connection, SWITCHED);
            heard.set(connection.getInputStream().readAllBytes().length);
            write(connection);
            return false;
        };
        try (HttpApplication a = new HttpApplication(endingLast);
                BalancedMesh mesh = new BalancedMesh(a, a)) {
            mesh.route(meshed, a.address(), a.address());
            try (HttpCaller caller = mesh.caller()) {
                caller.say(UPGRADE);
                assertThat(caller.read(SWITCHED.length())).isEqualTo(SWITCHED);
                write(caller.socket);
                assertThat(slowly(caller.socket.getInputStream(), SHORT_MILLIS)).isEqualTo(SIZE);
                assertThat(heard).hasValue(SIZE);
                awaitNoSession(mesh);
            }
        }
    }
}
