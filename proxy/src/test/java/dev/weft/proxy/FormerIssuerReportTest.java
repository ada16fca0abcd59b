package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.Renewal;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.server.RawServer;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tunnels that rest on an issuer before the one that the control plane wants are counted, until both ends are proven again. */
@Timeout(60)
class FormerIssuerReportTest {
    private Application application;
    private MeshFixture mesh;
    private FormerIssuerReport web;
    private FormerIssuerReport api;
    private final AtomicInteger told = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address());
        web = report(mesh.web);
        api = report(mesh.api);
    }

    private FormerIssuerReport report(Workload workload) {
        return new FormerIssuerReport(workload, mesh.loops, mesh.loops.next(), told::incrementAndGet);
    }

    @AfterEach
    void stop() throws IOException {
        mesh.onLoop(() -> {
            web.stop();
            api.stop();
        });
        mesh.close();
        application.close();
    }

    private Socket connect() throws IOException {
        Socket socket = mesh.connect();
        socket.getOutputStream().write(Application.ECHO);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        return socket;
    }

    private void directToTheNextIssuer() {
        mesh.authority.rotateIssuer();
        Renewal renewal = Renewal.newBuilder()
                .setIssuerKeySha256(
                        ByteString.copyFrom(mesh.authority.issuerKey().bytes()))
                .build();
        mesh.onLoop(() -> {
            web.direct(Optional.of(renewal));
            api.direct(Optional.of(renewal));
        });
    }

    private void renew(Workload workload, String name) {
        workload.credentials(mesh.authority.issue(name, MeshFixture.LIFETIME, mesh.bundles));
    }

    private static FormerIssuerTunnels awaitCount(FormerIssuerReport report, int count) {
        Waiting.until(count + " tunnels", () -> {
            FormerIssuerTunnels counted = report.counted();
            return counted != null && counted.getCount() == count;
        });
        return Objects.requireNonNull(report.counted());
    }

    @Test
    void countsUntilBothEndsAreProvenByTheIssuerThatIsWanted() throws IOException {
        try (Socket socket = connect()) {
            directToTheNextIssuer();
            renew(mesh.web, "web");
            FormerIssuerTunnels counted = awaitCount(web, 1);
            assertThat(counted.getPeersList())
                    .containsExactly(FormerIssuerPeer.newBuilder()
                            .setSpiffeId(mesh.authority.id("api").toString())
                            .setTunnels(1)
                            .build());
            assertThat(counted.getIssuerKeySha256())
                    .isEqualTo(ByteString.copyFrom(mesh.authority.issuerKey().bytes()));
            assertThat(api.counted()).as("not before its own is renewed").isNull();
            renew(mesh.api, "api");
            var _ = awaitCount(web, 0);
            var _ = awaitCount(api, 0);
            int before = told.get();
            mesh.onLoop(() -> web.direct(Optional.empty()));
            assertThat(web.counted()).as("nothing is wanted any more").isNull();
            assertThat(told).hasValue(before);
            socket.getOutputStream().write('y');
            assertThat(socket.getInputStream().read()).isEqualTo('y');
        }
    }

    @Test
    void namesThePeerThatCannotProveItselfAgain() throws Exception {
        try (RawServer server =
                new RawServer(mesh.loops, mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.bundles), false)) {
            mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(application.address(), mesh.authority.id("api"), server.port(), 1))));
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                directToTheNextIssuer();
                renew(mesh.web, "web");
                assertThat(awaitCount(web, 1).getPeers(0).getSpiffeId())
                        .isEqualTo(mesh.authority.id("api").toString());
            }
            var _ = awaitCount(web, 0);
        }
    }
}
