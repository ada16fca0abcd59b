package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One trusted identity that wants a sidecar for itself, and another that calls meanwhile. */
@Timeout(60)
class IdentityShareTest {
    private static final int MAX_SESSIONS = 64;
    private static final int MAX_TUNNELS = 64;
    private static final int SETTINGS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int GOAWAY = 7;
    private static final int FLOOD = 5000;
    private static final int ENTRIES = 10_000;
    private static final int ROUNDS = 20;
    private static final int PER_ROUND = 500;
    private static final int PORTS = 60_000;

    private final List<Socket> sockets = new ArrayList<>();
    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address(), 1000, MAX_SESSIONS);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        mesh.close();
        application.close();
    }

    @Test
    void anIdentityHasItsShareOfTunnelsAndOthersComeThrough() throws Exception {
        Credentials mallory = mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles);
        List<RawTunnel> tunnels = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_TUNNELS; i++) {
                tunnels.add(new RawTunnel(mesh.loops, mesh.tunnelPort(), mallory));
            }
            assertThat(RawTunnel.refused(mesh.loops, mesh.tunnelPort(), mallory))
                    .isTrue();
            call();
            assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"tunnels-of-identity\"} 1");
            tunnels.removeFirst().close();
            Waiting.until("its place", () -> !RawTunnel.refused(mesh.loops, mesh.tunnelPort(), mallory));
        } finally {
            tunnels.forEach(RawTunnel::close);
        }
    }

    @Test
    void theLastOfTheSessionsAreLeftToCallersWhoHaveFew() throws IOException {
        try (Workload mallory = mesh.workload("mallory", 0)) {
            mesh.start(mallory, "mallory", MeshFixture.LIFETIME);
            Waiting.until("listeners", () -> mallory.ports() != null);
            mallory.directory()
                    .update(
                            MeshFixture.SERVICE,
                            new Route.ToEndpoints(List.of(new Route.Endpoint(
                                    application.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1))));
            for (int i = 0; i < 2 * MAX_SESSIONS; i++) {
                sockets.add(new Socket(
                        MeshFixture.LOOPBACK,
                        Objects.requireNonNull(mallory.ports()).outbound()));
                sockets.getLast().getOutputStream().write(Application.ECHO);
            }
            Waiting.until("the limit", () -> mesh.api.metrics().text().contains("code=\"WEFT-D031\""));
            for (int i = 0; i < MAX_SESSIONS / 16; i++) {
                sockets.add(call());
            }
        }
    }

    @Test
    void anAddressWithoutAnIdentityLeavesTheLastOfTheSessionsToOthers() throws IOException {
        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null));
        for (int i = 0; i < 2 * MAX_SESSIONS; i++) {
            sockets.add(plaintext("127.0.0.2"));
        }
        Waiting.until("the limit", () -> mesh.api.metrics().text().contains("code=\"WEFT-D031\""));
        for (int i = 0; i < MAX_SESSIONS / 16; i++) {
            Socket other = plaintext("127.0.0.3");
            sockets.add(other);
            echo(other);
        }
    }

    @Test
    void addressesWithoutAnIdentityLeaveSomeOfTheSessionsToIdentities() throws IOException {
        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null));
        for (String from : List.of("127.0.0.2", "127.0.0.3", "127.0.0.4")) {
            int taken = 0;
            while (taken < MAX_SESSIONS && isTaken(plaintext(from))) {
                taken++;
            }
        }
        for (int i = 0; i < MAX_SESSIONS / 16; i++) {
            call();
        }
    }

    private boolean isTaken(Socket socket) {
        sockets.add(socket);
        try {
            echo(socket);
            return true;
        } catch (IOException | AssertionError refused) {
            return false;
        }
    }

    private Socket plaintext(String from) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(
                MeshFixture.LOOPBACK, Objects.requireNonNull(mesh.api.ports()).inbound()));
        return socket;
    }

    @Test
    void framesThatCostMuchAndCarryNothingHoldNobodyUp() throws Exception {
        Credentials mallory = mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles);
        try (RawTunnel tunnel = new RawTunnel(mesh.loops, mesh.tunnelPort(), mallory)) {
            tunnel.openMany(1000, HostPort.text(application.address()));
            for (int i = 0; i < 200; i++) {
                tunnel.raw(settings());
            }
            call();
            tunnel.raw(goAways());
            assertThat(tunnel.awaitEnd()).isTrue();
            call();
            assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"http2-IDLE_FRAMES\"} 1");
        }
    }

    /** It is refused, told why each time, and neither judged nor logged each time. */
    @Test
    void aCallerThatIsRefusedAllTheTimeIsToldSoWithoutWork() throws Exception {
        String denied = "127.0.0.2:80";
        Credentials mallory = mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles);
        try (RawTunnel tunnel = new RawTunnel(mesh.loops, mesh.tunnelPort(), mallory)) {
            for (int i = 0; i < ROUNDS; i++) {
                List<RawTunnel.Answer> answers = tunnel.ask(Collections.nCopies(PER_ROUND, denied));
                assertThat(answers).allMatch(answer -> answer.code().equals("WEFT-D011"));
                call();
            }
            // What it may have it gets, in the same tunnel.
            tunnel.openMany(1, HostPort.text(application.address()));
            Waiting.until(
                    "its session",
                    () -> mesh.api.registry().sessions().stream()
                            .anyMatch(session ->
                                    String.valueOf(session.peerIdentity()).endsWith("/mallory")));
        }
        mesh.api.close(); // its log is complete
        assertThat(mesh.accessLog("api").lines().filter(line -> line.contains("WEFT-D011")))
                .hasSizeBetween(1, ROUNDS * PER_ROUND / 4);
        assertThat(mesh.api.metrics().text()).containsPattern("weft_limits_hit_total\\{limit=\"refusals\"\\} [1-9]");
    }

    @Test
    void aCallerThatTriesEveryPortLosesItsTunnelAndNobodyElseDoes() throws Exception {
        Credentials mallory = mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles);
        try (RawTunnel tunnel = new RawTunnel(mesh.loops, mesh.tunnelPort(), mallory)) {
            assertThatThrownBy(() -> {
                        for (int port = 1; port < PORTS; port += PER_ROUND) {
                            tunnel.ask(IntStream.range(port, port + PER_ROUND)
                                    .mapToObj(each -> "127.0.0.2:" + each)
                                    .toList());
                            call();
                        }
                    })
                    .isNotNull();
            assertThat(tunnel.awaitEnd()).isTrue();
            call();
        }
        assertThat(mesh.api.metrics().text())
                .containsPattern("weft_limits_hit_total\\{limit=\"refusals-tunnel-ended\"\\} [1-9]");
    }

    private static ByteBuf settings() {
        ByteBuf frame = Unpooled.buffer()
                .writeMedium(6 * ENTRIES)
                .writeByte(SETTINGS)
                .writeByte(0)
                .writeInt(0);
        for (int i = 0; i < ENTRIES; i++) {
            frame.writeShort(INITIAL_WINDOW_SIZE).writeInt(65_535 - (i & 1));
        }
        return frame;
    }

    /** Many at once: a few a second are no flood. */
    private static ByteBuf goAways() {
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i < FLOOD; i++) {
            frames.writeMedium(8).writeByte(GOAWAY).writeByte(0).writeInt(0).writeLong(0);
        }
        return frames;
    }

    private Socket call() throws IOException {
        Socket socket = mesh.connect();
        sockets.add(socket);
        echo(socket);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write(Application.ECHO);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
}
