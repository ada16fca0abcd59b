package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.control.RpcException;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.FakeControlPlane;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JwtSvidsTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @SuppressWarnings("NullAway.Init")
    private FakeControlPlane control;

    @SuppressWarnings("NullAway.Init")
    private JwtSvids jwts;

    private volatile @Nullable Credentials own;
    private volatile TrustBundles bundles = TrustBundles.EMPTY;
    private volatile Duration ahead = Duration.ZERO;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(group);
        own = control.credentials(FakeControlPlane.WORKLOAD);
        bundles = control.bundles();
        jwts = new JwtSvids(
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0)),
                () -> own,
                () -> bundles,
                () -> Instant.now().plus(ahead));
    }

    @AfterEach
    void stop() throws Exception {
        control.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    private JwtSvid fetch(String... audiences) throws Exception {
        return jwts.fetch(List.of(audiences)).get(20, TimeUnit.SECONDS);
    }

    @Test
    void handsATokenOutAgainForHalfOfItsLife() throws Exception {
        control.lifetime = Duration.ofMinutes(10);
        String first = fetch("db", "cache").token();
        assertThat(fetch("cache", "db", "cache").token()).isEqualTo(first);
        assertThat(fetch("db").token()).isNotEqualTo(first);
        ahead = Duration.ofMinutes(4);
        assertThat(fetch("db", "cache").token()).isEqualTo(first);
        ahead = Duration.ofMinutes(6);
        assertThat(fetch("db", "cache").token()).isNotEqualTo(first);
        assertThat(control.jwtRequests).hasSize(3);
    }

    @Test
    void forgetsAllWhenTrustChanges() throws Exception {
        String first = fetch("db").token();
        jwts.clear();
        assertThat(fetch("db").token()).isNotEqualTo(first);
    }

    @Test
    void keepsABoundedNumber() throws Exception {
        for (int i = 0; i <= JwtSvids.MAX_KEPT; i++) {
            fetch("audience " + i);
        }
        fetch("audience " + JwtSvids.MAX_KEPT);
        assertThat(control.jwtRequests).hasSize(JwtSvids.MAX_KEPT + 1);
        fetch("audience 0");
        assertThat(control.jwtRequests).hasSize(JwtSvids.MAX_KEPT + 2);
    }

    @Test
    void doesNotKeepARefusal() throws Exception {
        control.refusing = true;
        assertThatThrownBy(() -> fetch("db"))
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .isInstanceOf(RpcException.class);
        control.refusing = false;
        assertThat(fetch("db").subject()).isEqualTo(FakeControlPlane.WORKLOAD);
    }

    @Test
    void refusesATokenThatItDoesNotTrustItself() {
        bundles = TrustBundles.EMPTY;
        assertThatThrownBy(() -> fetch("db")).rootCause().hasMessageContaining("does not verify");
    }

    @Test
    void asksForABoundedNumberAtATime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            jwts = new JwtSvids(
                    new ControlClient(
                            group.next(),
                            new ControlTarget("127.0.0.1", silent.getLocalPort(), FakeControlPlane.ID, 0)),
                    () -> own,
                    () -> bundles,
                    Instant::now);
            for (int i = 0; i < JwtSvids.MAX_ASKING; i++) {
                assertThat(jwts.fetch(List.of("audience " + i))).isNotDone();
            }
            assertThatThrownBy(() -> fetch("one more"))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            RpcException.class,
                            e -> assertThat(e.code()).isEqualTo(RpcException.Code.RESOURCE_EXHAUSTED));
            assertThat(jwts.fetch(List.of("audience 0")))
                    .as("asked for already")
                    .isNotDone();
        }
    }

    @Test
    void saysThatThereIsNoCertificateYet() {
        own = null;
        assertThatThrownBy(() -> fetch("db")).rootCause().hasMessageContaining("no certificate yet");
    }
}
