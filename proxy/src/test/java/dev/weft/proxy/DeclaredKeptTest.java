package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.pieces.PieceQueue;
import dev.weft.proxy.session.Session;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a connection to a port that declares HTTP, while it is not clear what the caller speaks. */
@Timeout(60)
class DeclaredKeptTest {
    private static final int TOO_LONG = 9000;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern HELD = Pattern.compile("\nweft_held_bytes (\\d+)\n");

    private AutoCloseable application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        EchoServer silent = new EchoServer(socket -> socket.getInputStream().readAllBytes());
        application = silent;
        mesh = declared(silent.address());
    }

    private static MeshFixture declared(InetSocketAddress address) throws IOException {
        MeshFixture made = new MeshFixture(address);
        made.api.inbound(Requests.declared(made));
        return made;
    }

    /** With this application instead. */
    private void instead(AutoCloseable other, InetSocketAddress address) throws Exception {
        stop();
        application = other;
        mesh = declared(address);
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        application.close();
    }

    private HttpCaller caller() throws IOException {
        HttpCaller caller = new HttpCaller(mesh);
        caller.socket.setSoTimeout(PATIENCE_MILLIS);
        return caller;
    }

    private int held() {
        Matcher held = HELD.matcher(mesh.api.metrics().text());
        return held.find() ? Integer.parseInt(held.group(1)) : 0;
    }

    private void received(long octets) {
        Waiting.until(
                octets + " octets have come",
                () -> mesh.api.registry().sessions().stream()
                                .mapToLong(Session::bytesIn)
                                .sum()
                        == octets);
    }

    @Test
    void oneOctetCountsAsTheMemoryThatItTakes() throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say("G");
            Waiting.until("counted", () -> held() >= PieceQueue.PIECE);
        }
    }

    @Test
    void whatTheApplicationHasSaidReachesACallerWithALongLine() throws Exception {
        EchoServer first = new EchoServer(socket -> {
            socket.getOutputStream().write(0);
            socket.getInputStream().readAllBytes();
        });
        instead(first, first.address());
        try (HttpCaller caller = caller()) {
            Waiting.until("it is kept", () -> held() > 0);
            caller.say("a".repeat(TOO_LONG));
            assertThat(caller.read(1)).isEqualTo("\0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\nGET", "\n", ""})
    void anEmptyLineOfWhichAPartHasPassedPassesWholeThoughPolicyComes(String second) throws Exception {
        HttpApplication echo = new HttpApplication(
                (head, connection) -> HttpApplication.say(connection, HttpApplication.response("200 OK", head)));
        instead(echo, echo.address());
        String all = "\r\nGET /a HTTP/1.1\r\nHost: api\r\n";
        try (HttpCaller caller = caller()) {
            caller.socket.setTcpNoDelay(true);
            caller.say("\r");
            received(1);
            mesh.api.inbound(Requests.declared(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
            caller.say(second);
            received(1 + second.length());
            caller.say(all.substring(1 + second.length()) + "\r\n");
            assertThat(caller.response().body())
                    .isEqualTo(all + "weft-client-id: " + mesh.authority.id("web") + "\r\n\r\n");
        }
    }

    @Test
    void aLineThatBeginsWithinAnEmptyOneIsRefusedOncePolicyComes() throws Exception {
        HttpApplication none = HttpApplication.ok("");
        instead(none, none.address());
        try (HttpCaller caller = caller()) {
            caller.say("\r");
            received(1);
            mesh.api.inbound(Requests.declared(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
            caller.say("GET /a HTTP/1.1\r\nHost: api\r\n\r\n");
            assertThat(caller.rest()).startsWith("HTTP/1.1 400");
        }
        assertThat(none.requests).hasValue(0);
    }
}
