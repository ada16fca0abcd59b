package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InboundMode;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller whose bytes wait at a gate, each in a DATA frame of its own. */
@Timeout(60)
class TinyFramesTest {
    private static final int SESSIONS = 10;
    private static final int WINDOW = 65_535;
    private static final byte[] UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    /** Without joining, each octet takes some 70 octets of heap: 45 MiB. */
    private static final long MOST_HEAP = 16L << 20;

    private EchoServer application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new EchoServer(socket -> {
            while (socket.getInputStream().read() >= 0) {
                // it reads everything and never answers
            }
        });
        mesh = new MeshFixture(application.address(), 1000, 1000, 64);
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void whatWaitsInFramesOfOneOctetTakesAboutWhatItCounts() throws Exception {
        mesh.api.inbound(Requests.inbound(
                mesh,
                InboundMode.INBOUND_MODE_STRICT,
                Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        try (RawTunnel tunnel = new RawTunnel(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles))) {
            tunnel.openMany(SESSIONS, HostPort.text(mesh.application), Unpooled.wrappedBuffer(UPGRADE));
            Waiting.until("sessions", () -> mesh.api.registry().sessions().size() >= SESSIONS);
            long before = heap();
            for (int i = 0; i < SESSIONS; i++) {
                tunnel.raw(octetByOctet(2 * i + 1, WINDOW - UPGRADE.length));
            }
            long sent = (long) SESSIONS * (WINDOW - UPGRADE.length);
            Waiting.until("all of it", () -> mesh.api.registry().held() >= sent);
            assertThat(heap() - before).isLessThan(MOST_HEAP);
            assertThat(mesh.api.registry().held()).isLessThan(sent + sent / 2);
        }
    }

    private static ByteBuf octetByOctet(int streamId, int octets) {
        ByteBuf frames = Unpooled.directBuffer(octets * (Frames.HEADER_LENGTH + 1));
        for (int i = 0; i < octets; i++) {
            Frames.header(frames, Frames.DATA, 0, streamId, 1);
            frames.writeByte('x');
        }
        return frames;
    }
}
