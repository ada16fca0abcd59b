package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sidecar of an endpoint that vanishes without a word, as when its machine is lost. */
@Timeout(60)
class VanishedPeerTest {
    /** A busy machine may stop what is between the two for hundreds of milliseconds. */
    private static final String PATIENCE = "--peer-silence=1s";

    private static final String EJECTED = "weft_balancer_ejections_total{reason=\"unreachable\"} 1";

    private static Route.Endpoint endpoint(MeshFixture mesh, InetSocketAddress address, int tunnelPort, Hint hint) {
        return new Route.Endpoint(address, mesh.authority.id("api"), tunnelPort, 1, hint);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAnswered(HttpCaller caller) {
        try {
            return caller.socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aConnectionThroughItEndsAndItsEndpointIsLeftOut() throws Exception {
        try (EchoServer application = new EchoServer();
                MeshFixture mesh = new MeshFixture(application.address(), PATIENCE);
                Forwarder between = new Forwarder(mesh.tunnelPort())) {
            mesh.route(new Route.ToEndpoints(List.of(endpoint(mesh, application.address(), between.port(), Hint.TCP))));
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('a');
                assertThat(socket.getInputStream().read()).isEqualTo('a');
                between.freeze();
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
            }
            Waiting.until("its line", () -> mesh.accessLog("web").contains("WEFT-D038"));
            assertThat(mesh.web.metrics().text())
                    .contains(EJECTED)
                    .contains("weft_events_total{event=\"silent-peer\"} 1");
        }
    }

    /** Nobody says anything in it, but for the questions of one sidecar and the answers of the other. */
    @Test
    void anIdleConnectionStays() throws Exception {
        try (EchoServer application = new EchoServer();
                MeshFixture mesh = new MeshFixture(application.address(), PATIENCE);
                Forwarder between = new Forwarder(mesh.tunnelPort())) {
            mesh.route(new Route.ToEndpoints(List.of(endpoint(mesh, application.address(), between.port(), Hint.TCP))));
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('a');
                assertThat(socket.getInputStream().read()).isEqualTo('a');
                for (int ping = 0; ping < 3; ping++) { // the first may be of the end of the answer
                    long before = between.passed();
                    Waiting.until("a sign of life", () -> between.passed() > before);
                }
                socket.getOutputStream().write('b');
                assertThat(socket.getInputStream().read()).isEqualTo('b');
            }
        }
    }

    /** The response of one endpoint never comes, because its sidecar vanished meanwhile. */
    @Test
    void aRequestThatWaitsForItGoesElsewhere() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        HttpApplication.Answer never = (_, _) -> {
            asked.countDown();
            awaitQuietly(over);
            return false;
        };
        try (HttpApplication a = new HttpApplication(never);
                HttpApplication b = HttpApplication.ok("b");
                MeshFixture mesh = new MeshFixture(a.address(), PATIENCE);
                Forwarder between = new Forwarder(mesh.tunnelPort())) {
            mesh.route(new Route.ToEndpoints(
                    List.of(
                            endpoint(mesh, a.address(), between.port(), Hint.HTTP1),
                            endpoint(mesh, b.address(), mesh.tunnelPort(), Hint.HTTP1)),
                    null,
                    "shop/api"));
            try (HttpCaller caller = new HttpCaller(mesh)) {
                while (asked.getCount() > 0) { // until a request goes to the one that vanishes
                    caller.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                    Waiting.until("an endpoint", () -> asked.getCount() == 0 || isAnswered(caller));
                    if (isAnswered(caller)) {
                        caller.response();
                    }
                }
                between.freeze();
                assertThat(caller.response().body()).isEqualTo("b");
            }
            assertThat(mesh.web.metrics().text()).contains(EJECTED);
            over.countDown();
        }
    }
}
