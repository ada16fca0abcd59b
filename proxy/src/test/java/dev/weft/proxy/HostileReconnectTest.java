package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller that asks to end a connection as no sidecar does: again and again, or on streams that are none. */
@Timeout(60)
class HostileReconnectTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: api\r\n\r\n";
    private static final int FLOOD = 3000;

    private HttpApplication first;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        first = HttpApplication.ok("first");
        mesh = new MeshFixture(first.address());
        mesh.api.inbound(Requests.declared(mesh));
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        first.close();
    }

    private RawTunnel mallory() throws Exception {
        RawTunnel tunnel = new RawTunnel(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("mallory", MeshFixture.LIFETIME, mesh.bundles));
        tunnel.openMany(1, HostPort.text(first.address()), Unpooled.copiedBuffer(GET, StandardCharsets.US_ASCII));
        Waiting.until("session", () -> !mesh.api.registry().sessions().isEmpty());
        return tunnel;
    }

    private static ByteBuf reconnect(int streamId, int length) {
        ByteBuf frame = Unpooled.buffer();
        Frames.header(frame, Frames.RECONNECT, 0, streamId, length);
        return frame.writeZero(length);
    }

    @Test
    void aFloodOfTheFrameEndsTheTunnel() throws Exception {
        try (RawTunnel tunnel = mallory()) {
            for (int i = 0; i < FLOOD; i++) {
                tunnel.raw(reconnect(1, 0));
            }
            assertThat(tunnel.awaitEnd()).isTrue();
        }
        assertThat(mesh.api.metrics().text()).contains("http2-IDLE_FRAMES");
    }

    @Test
    void theFrameIsIgnoredWhereItSaysNothing() throws Exception {
        try (RawTunnel tunnel = mallory()) {
            for (int streamId : new int[] {0, 2, 3, 99}) {
                tunnel.raw(reconnect(streamId, 0));
            }
            tunnel.raw(reconnect(1, 3));
            assertThat(tunnel.ask(List.of(HostPort.text(first.address())))
                            .getFirst()
                            .status())
                    .isEqualTo("200");
            Waiting.until(
                    "the other session has ended",
                    () -> mesh.api.registry().sessions().size() == 1);
        }
    }
}
