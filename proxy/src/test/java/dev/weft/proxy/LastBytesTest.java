package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.session.Session;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A session lasts until its last bytes have left, although the application's connection has closed before. A sidecar
 * that stops waits for its sessions, and exits then.
 */
@Timeout(60)
class LastBytesTest {
    private static final int SIZE = 0x10000;
    /** Less than what stops the sidecar from reading the end. */
    private static final int HELD = 2 * SIZE;

    private static final byte[] CHUNK = ("10000\r\n" + "x".repeat(SIZE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String END = "0\r\n\r\n";

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private HttpApplication application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new HttpApplication(this::answer);
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    /** Answers until the sidecar holds bytes that the caller does not take, ends when told, and closes then. */
    private boolean answer(String head, Socket connection) throws IOException {
        HttpApplication.say(connection, HEAD);
        long sent = HEAD.length();
        while (mesh.api.registry().held() < HELD) {
            connection.getOutputStream().write(CHUNK);
            sent += CHUNK.length;
            long all = sent;
            Waiting.until("the chunk at the sidecar", () -> session().bytesOut() == all);
            turn();
        }
        held.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        HttpApplication.say(connection, END);
        assertThat(connection.getInputStream().read()).isNegative();
        connection.close();
        closed.countDown();
        return false;
    }

    private Session session() {
        return mesh.api.registry().sessions().iterator().next();
    }

    /** All events so far have been handled. */
    private void turn() {
        mesh.onLoop(() -> {});
        mesh.onLoop(() -> {});
    }

    /** A caller without a sidecar that has asked and takes next to nothing. */
    private HttpCaller asked(InboundConfig inbound) throws IOException {
        mesh.api.inbound(inbound);
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(
                MeshFixture.LOOPBACK, Objects.requireNonNull(mesh.api.ports()).inbound()));
        HttpCaller caller = new HttpCaller(socket);
        caller.say("GET / HTTP/1.1\r\nHost: api\r\n\r\n");
        return caller;
    }

    private void lasts(HttpCaller caller) throws Exception {
        end.countDown();
        closed.await();
        turn();
        assertThat(mesh.api.registry().sessions()).hasSize(1);
        assertThat(caller.rest()).endsWith(END);
        Waiting.until("the session's end", () -> mesh.api.registry().sessions().isEmpty());
        mesh.api.close(); // its log is complete
        assertThat(mesh.accessLog("api")).contains("session ended").doesNotContain("WEFT-D");
    }

    @Test
    void thoseOfAResponseToWhichTheDrainedSidecarAddedTheEnd() throws Exception {
        try (HttpCaller caller = asked(Requests.inbound(
                mesh,
                InboundMode.INBOUND_MODE_PERMISSIVE,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/"))))) {
            held.await();
            mesh.api.registry().drain(Session.Direction.INBOUND);
            turn();
            lasts(caller);
        }
    }

    @Test
    void thoseOfAConnectionThatBothSidesEnded() throws Exception {
        try (HttpCaller caller = asked(
                mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null))) {
            caller.socket.shutdownOutput();
            held.await();
            lasts(caller);
        }
    }

    @Test
    void aCallerThatBreaksOffEndsItsSession() throws Exception {
        try (HttpCaller caller = asked(
                mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null))) {
            caller.socket.shutdownOutput();
            held.await();
            end.countDown();
            closed.await();
            caller.socket.setSoLinger(true, 0);
        }
        Waiting.until("the session's end", () -> mesh.api.registry().sessions().isEmpty());
        mesh.api.close(); // its log is complete
        assertThat(mesh.accessLog("api")).contains("WEFT-D020");
    }
}
