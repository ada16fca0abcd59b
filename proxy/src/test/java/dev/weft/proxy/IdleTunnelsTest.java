package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.requests.InboundRequests;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.RawTunnel;
import dev.weft.proxy.tunnel.server.TunnelServer;
import dev.weft.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tunnels that their peers hold open without a session, at a sidecar that is patient for seconds. */
@Timeout(60)
class IdleTunnelsTest {
    private static final Duration MAX_IDLE = Duration.ofSeconds(3);

    private Application application;
    private MeshFixture mesh;
    private Channel listener;

    @BeforeEach
    void start() throws Exception {
        application = new Application();
        mesh = new MeshFixture(application.address());
        Sidecar api = mesh.api.sidecar;
        listener = new ServerBootstrap()
                .group(mesh.loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new TunnelServer(api, caller -> new InboundRequests(api, caller), MAX_IDLE))
                .bind(MeshFixture.LOOPBACK, 0)
                .sync()
                .channel();
    }

    @AfterEach
    void stop() throws IOException {
        listener.close().syncUninterruptibly();
        mesh.close();
        application.close();
    }

    private RawTunnel tunnel() throws Exception {
        Credentials web = mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles);
        return new RawTunnel(mesh.loops, ((InetSocketAddress) listener.localAddress()).getPort(), web);
    }

    private void untilSessions(int count) {
        Waiting.until(count + " sessions", () -> mesh.api.registry().sessions().size() == count);
    }

    @Test
    void aTunnelWithoutSessionsIsClosedAndOneThatIsUsedStays() throws Exception {
        String application = HostPort.text(this.application.address());
        try (RawTunnel used = tunnel()) {
            used.openMany(1, application);
            untilSessions(1);
            try (RawTunnel idle = tunnel()) {
                assertThat(idle.awaitEnd()).isTrue();
            }
            assertThat(mesh.api.metrics().text()).contains("event=\"idle-tunnel-closed\"} 1");
            used.openMany(1, application);
            untilSessions(2);
        }
    }
}
