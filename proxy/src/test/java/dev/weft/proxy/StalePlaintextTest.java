package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plaintext goes on only as long as its destination is known to be outside of the mesh. */
@Timeout(60)
class StalePlaintextTest {
    private static final InetSocketAddress VIRTUAL = HostPort.literal("10.96.0.9:80");

    private EchoServer inside;
    private EchoServer outside;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        inside = new EchoServer();
        outside = new EchoServer();
        mesh = new MeshFixture(inside.address(), "--unmeshed-grace=0s");
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        inside.close();
        outside.close();
    }

    @Test
    void endsASessionInPlaintextWhenItsDestinationJoinsTheMeshAndNoOther() throws IOException {
        answer(inside.address(), new Route.NotInMesh());
        answer(outside.address(), new Route.NotInMesh());
        try (Socket joining = session(inside.address());
                Socket staying = session(outside.address());
                Socket tunnelled = session(MeshFixture.SERVICE)) {
            answer(inside.address(), meshed());

            assertReset(joining);
            awaitLogged("WEFT-D028");
            echo(staying);
            echo(tunnelled);
            try (Socket again = session(inside.address())) {
                echo(again);
                Waiting.until("a second session through the tunnel", () -> secureSessions() == 2);
            }
        }
    }

    @Test
    void endsASessionInPlaintextWhenItsDestinationLeadsNowhereAnyMore() throws IOException {
        answer(outside.address(), new Route.NotInMesh());
        try (Socket standing = session(outside.address())) {
            answer(outside.address(), new Route.Unreachable("it is another trust domain's now"));
            assertReset(standing);
        }
    }

    @Test
    void endsASessionToAnEndpointOfAServiceThatJoinsTheMesh() throws IOException {
        answer(VIRTUAL, new Route.ToEndpoints(List.of(unmeshed(inside.address()))));
        answer(inside.address(), new Route.ToEndpoints(List.of(unmeshed(inside.address()))));
        try (Socket joining = session(VIRTUAL)) {
            // Gone from the Service: what of it is said of its own address decides.
            answer(VIRTUAL, new Route.ToEndpoints(List.of()));
            echo(joining);
            answer(inside.address(), meshed());
            assertReset(joining);
        }
    }

    @Test
    void reachesNothingInPlaintextWhenNobodyConfirmsItAndEverythingElseAsBefore() throws IOException {
        answer(outside.address(), new Route.NotInMesh());
        try (Socket plain = session(outside.address());
                Socket tunnelled = session(MeshFixture.SERVICE)) {
            mesh.web.directory().unconfirmed();
            mesh.web.directory().look();

            assertReset(plain);
            awaitLogged("WEFT-D027");
            echo(tunnelled);
            try (Socket another = session(MeshFixture.SERVICE)) {
                echo(another);
            }
            mesh.outboundDestination = outside.address();
            try (Socket again = mesh.connect()) {
                assertReset(again);
            }
            answer(outside.address(), new Route.NotInMesh());
            try (Socket confirmed = session(outside.address())) {
                echo(confirmed);
            }
        }
    }

    private Route meshed() {
        return new Route.ToEndpoints(
                List.of(new Route.Endpoint(inside.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1)));
    }

    private static Route.Endpoint unmeshed(InetSocketAddress address) {
        return new Route.Endpoint(address, null, 0, 1);
    }

    private void answer(InetSocketAddress address, Route route) {
        mesh.web.directory().update(address, route);
    }

    private Socket session(@Nullable InetSocketAddress destination) throws IOException {
        mesh.outboundDestination = destination;
        Socket socket = mesh.connect();
        echo(socket);
        return socket;
    }

    private long secureSessions() {
        return mesh.web.registry().sessions().stream()
                .filter(session -> session.secure())
                .count();
    }

    /** The log has a thread of its own. */
    private void awaitLogged(String code) {
        Waiting.until("logged", () -> {
            try {
                return mesh.accessLog("web").contains("\"code\":\"" + code + "\"");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
}
