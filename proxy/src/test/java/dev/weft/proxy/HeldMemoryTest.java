package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.proxy.tunnel.Tunnel;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One peer whose sessions are not read, by the application or by itself, and another that calls meanwhile. */
@Timeout(60)
class HeldMemoryTest {
    private static final int MAX_HELD_MIB = 1;
    private static final int SESSIONS = 12;
    /** So few that their queues together stay below the bound. */
    private static final int FEW = 2;

    private static final int LITTLE = 4096;
    /** Tunnels of a peer, and answers in each: 16 MiB, of which the kernel takes a part. */
    private static final int TUNNELS = 3;

    private static final int ANSWERS = 13_000;
    /** Heads that do not end: each in a tunnel of its own, in so many frames of this size. */
    private static final int HALF_HEADS = 14;

    private static final int FRAMES_OF_HEAD = 8;
    private static final int FRAME_OF_HEAD = 15_000;
    /** What a read brings is counted before anything is broken off for it. */
    private static final int ONE_READ = 128 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application(LITTLE);
        mesh = new MeshFixture(application.address(), 1000, 1000, MAX_HELD_MIB);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        mesh.close();
        application.close();
    }

    @Test
    void whatTheApplicationDoesNotReadIsBoundedInAllAndOthersGoOn() throws Exception {
        Socket modest = mesh.connect();
        open.add(modest);
        modest.getOutputStream().write(new byte[] {Application.DEAF, 1, 2, 3});
        Socket talking = call();
        Workload mallory = mesh.workload("mallory", 0);
        open.add(mallory);
        mesh.start(mallory, "mallory", MeshFixture.LIFETIME);
        Waiting.until("listeners", () -> mallory.ports() != null);
        mallory.directory()
                .update(
                        MeshFixture.SERVICE,
                        new Route.ToEndpoints(List.of(new Route.Endpoint(
                                application.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1))));
        List<SocketChannel> deaf = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(
                    MeshFixture.LOOPBACK,
                    Objects.requireNonNull(mallory.ports()).outbound()));
            open.add(channel);
            deaf.add(channel);
            channel.write(ByteBuffer.wrap(new byte[] {Application.DEAF}));
            channel.configureBlocking(false);
        }
        Waiting.until("the bound", () -> {
            deaf.forEach(HeldMemoryTest::push);
            return mesh.api.metrics().text().contains("code=\"WEFT-D032\"");
        });
        othersGoOn(talking);
        assertThat(sessionsOf("web")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void whatAPeerDoesNotReadIsBoundedInAllAndOthersGoOn() throws Exception {
        Socket talking = call();
        tunnel().openMany(SESSIONS, HostPort.text(application.address()), Unpooled.wrappedBuffer(new byte[] {
            Application.FLOOD
        }));
        Waiting.until("the bound", () -> mesh.api.metrics().text().contains("code=\"WEFT-D032\""));
        othersGoOn(talking);
        assertThat(sessionsOf("web")).isEqualTo(2);
    }

    /** Answers wait for no window. Those of one tunnel stay below its own bound, so only the sum of all is too much. */
    @Test
    void answersThatAPeerDoesNotReadAreBoundedInAllAndOthersGoOn() throws Exception {
        Socket talking = call();
        long others = mesh.api.registry().tunnels();
        List<RawTunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < TUNNELS; i++) {
            tunnels.add(tunnel());
        }
        for (RawTunnel tunnel : tunnels) {
            tunnel.askWithoutReading(ANSWERS, "x".repeat(400));
        }
        Waiting.until("the bound", () -> mesh.api.metrics().text().contains("limit=\"tunnel-memory\""));
        Waiting.until("the end of a tunnel", () -> mesh.api.registry().tunnels() < others + TUNNELS);
        othersGoOn(talking);
        assertThat(mesh.api.metrics().text()).doesNotContain("limit=\"http2-UNREAD\"");
    }

    /** So no other is broken off for what the sessions of a tunnel held that is about to close. */
    @Test
    void theSessionsOfATunnelThatIsBrokenOffHoldNothingFromThatMoment() throws Exception {
        Socket talking = call();
        RawTunnel tunnel = tunnel();
        tunnel.openMany(
                FEW, HostPort.text(application.address()), Unpooled.wrappedBuffer(new byte[] {Application.FLOOD}));
        Waiting.until("what sessions hold", () -> mesh.api.registry().held() >= ONE_READ);
        Tunnel broken = mesh.api.registry().standingTunnels().stream()
                .map(Tunnel.class::cast)
                .filter(each -> each.peer().equals(mesh.authority.id("mallory")))
                .findFirst()
                .orElseThrow();
        AtomicLong ofSessions = new AtomicLong();
        mesh.onLoop(() -> {
            broken.abort(Refusal.of(Refusal.Code.MEMORY, "it holds most"));
            ofSessions.set(mesh.api.registry().held() - broken.noted());
        });
        assertThat(ofSessions).hasValue(0);
        assertThat(tunnel.awaitEnd()).isTrue();
        Waiting.until("the end of its sessions", () -> sessionsOf("mallory") == 0);
        othersGoOn(talking);
    }

    /** Of each only the beginning comes: no stream is open yet, and no window counts it. */
    @Test
    void headsThatDoNotEndAreBoundedInAllAndOthersGoOn() throws Exception {
        Socket talking = call();
        ByteBuf half = Unpooled.buffer();
        for (int i = 0; i < FRAMES_OF_HEAD; i++) {
            Frames.header(half, i == 0 ? Frames.HEADERS : Frames.CONTINUATION, 0, 1, FRAME_OF_HEAD);
            half.writeZero(FRAME_OF_HEAD);
        }
        for (int i = 0; i < HALF_HEADS; i++) {
            tunnel().raw(half.copy());
        }
        Waiting.until("the bound", () -> mesh.api.metrics().text().contains("limit=\"tunnel-memory\""));
        othersGoOn(talking);
        assertThat(mesh.api.metrics().text()).doesNotContain("limit=\"http2-HEADERS_SIZE\"");
    }

    @Test
    void theSettingsShowWhatIsHeldAtMost() throws IOException {
        int more = 1_048_576;
        try (MeshFixture large = new MeshFixture(application.address(), 1000, 1000, more)) {
            assertThat(large.api.maxHeld() >> 20).isLessThan(more);
            assertThat(StatusPages.config(large.api)).contains("\"max-held\":" + (large.api.maxHeld() >> 20) + ",");
        }
    }

    /** A tunnel of mallory's. */
    private RawTunnel tunnel() throws Exception {
        RawTunnel tunnel = new RawTunnel(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles));
        open.add(tunnel);
        return tunnel;
    }

    private void othersGoOn(Socket talking) throws IOException {
        Waiting.until("less than the bound", () -> mesh.api.registry().held() < ((long) MAX_HELD_MIB << 20) + ONE_READ);
        talking.getOutputStream().write('y');
        assertThat(talking.getInputStream().read()).isEqualTo('y');
        Socket _ = call();
    }

    private long sessionsOf(String account) {
        return mesh.api.registry().sessions().stream()
                .map(Session::peerIdentity)
                .filter(mesh.authority.id(account)::equals)
                .count();
    }

    private static void push(SocketChannel channel) {
        try {
            int _ = channel.write(ByteBuffer.allocate(256 * 1024));
        } catch (IOException e) {
            // It has been broken off: that is what is tested.
        }
    }

    private Socket call() throws IOException {
        Socket socket = mesh.connect();
        open.add(socket);
        socket.getOutputStream().write(Application.ECHO);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        return socket;
    }
}
