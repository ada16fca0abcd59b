package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which ports may be asked for: never the sidecar's own, wherever a destination is taken, and else those that are open. */
@Timeout(60)
class ReachablePortsTest {
    private EchoServer echo;
    private EchoServer other;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        other = new EchoServer();
        mesh = new MeshFixture(echo.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        other.close();
        echo.close();
    }

    private static List<Integer> ownPorts(Workload workload) {
        Workload.Ports ports = Objects.requireNonNull(workload.ports());
        return List.of(
                ports.tunnel(),
                ports.inbound(),
                ports.outbound(),
                workload.settings().adminAddress().getPort());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(MeshFixture.LOOPBACK, port);
    }

    private static void roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static void ends(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i)connection reset.*|broken pipe.*");
        }
    }

    private static void counted(Workload workload, String direction, String code, int times) {
        String line = "weft_refusals_total{direction=\"" + direction + "\",code=\"" + code + "\"} " + times;
        Waiting.until(line, () -> workload.metrics().text().contains(line));
    }

    private Inbound.Builder inbound(InboundMode mode, DefaultDecision decision) {
        return mesh.inboundMessage(mode, PolicySet.newBuilder().setDefaultDecision(decision));
    }

    private Inbound.Builder strict() {
        return inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED);
    }

    @Test
    void aTunnelLeadsToNoneOfTheSidecarsOwnPorts() throws IOException {
        try (Socket legitimate = mesh.connect()) {
            roundTrip(legitimate);
            int refused = 0;
            for (int port : ownPorts(mesh.api)) {
                mesh.route(new Route.ToEndpoints(
                        List.of(new Route.Endpoint(loopback(port), mesh.authority.id("api"), mesh.tunnelPort(), 1))));
                try (Socket nested = mesh.connect()) {
                    ends(nested);
                }
                counted(mesh.api, "inbound", "WEFT-D001", ++refused);
                roundTrip(legitimate);
            }
            mesh.route(mesh.authority.id("api"));
            try (Socket next = mesh.connect()) {
                roundTrip(next);
            }
        }
    }

    @Test
    void plaintextLeadsToNoneOfTheSidecarsOwnPortsNotEvenAsAProbe() throws IOException {
        Inbound.Builder permissive = inbound(
                        InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE)
                .setPortScope(PortScope.PORT_SCOPE_ALL);
        ownPorts(mesh.api)
                .forEach(
                        port -> permissive.addProbes(ProbeExemption.newBuilder().setPort(port)));
        mesh.api.inbound(mesh.inbound(permissive));
        try (Socket legitimate = mesh.plaintext()) {
            roundTrip(legitimate);
            int refused = 0;
            for (int port : ownPorts(mesh.api)) {
                mesh.inboundDestination = loopback(port);
                try (Socket socket = mesh.plaintext()) {
                    ends(socket);
                }
                counted(mesh.api, "inbound", "WEFT-D001", ++refused);
                roundTrip(legitimate);
            }
        }
    }

    @Test
    void theApplicationsOwnCallsLeadToNoneOfItsSidecarsPorts() throws IOException {
        try (Socket legitimate = mesh.connect()) {
            roundTrip(legitimate);
            int refused = 0;
            for (int port : ownPorts(mesh.web)) {
                mesh.route(new Route.ToEndpoints(List.of(new Route.Endpoint(
                        loopback(port),
                        mesh.authority.id("web"),
                        Objects.requireNonNull(mesh.web.ports()).tunnel(),
                        1))));
                try (Socket throughAService = mesh.connect()) {
                    ends(throughAService);
                }
                counted(mesh.web, "outbound", "WEFT-D001", ++refused);
                mesh.outboundDestination = loopback(port);
                try (Socket direct = mesh.connect()) {
                    ends(direct);
                }
                counted(mesh.web, "outbound", "WEFT-D001", ++refused);
                mesh.outboundDestination = MeshFixture.SERVICE;
                roundTrip(legitimate);
            }
        }
    }

    @Test
    void onlyDeclaredPortsAreReachedWhereTheControlPlaneSaysSo() throws IOException {
        mesh.api.inbound(mesh.inbound(strict().setPortScope(PortScope.PORT_SCOPE_DECLARED)
                .addDeclaredPorts(echo.address().getPort())));
        try (Socket declared = mesh.connect()) {
            roundTrip(declared);
            mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(other.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1))));
            try (Socket undeclared = mesh.connect()) {
                ends(undeclared);
            }
            counted(mesh.api, "inbound", "WEFT-D023", 1);
            roundTrip(declared);
            mesh.api.inbound(mesh.inbound(strict().setPortScope(PortScope.PORT_SCOPE_DECLARED)
                    .addDeclaredPorts(other.address().getPort())));
            ends(declared);
        }
        try (Socket declaredNow = mesh.connect()) {
            roundTrip(declaredNow);
        }
    }

    @Test
    void plaintextReachesDeclaredPortsOnlyEither() throws IOException {
        mesh.api.inbound(
                mesh.inbound(inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE)
                        .setPortScope(PortScope.PORT_SCOPE_DECLARED)
                        .addDeclaredPorts(echo.address().getPort())));
        try (Socket declared = mesh.plaintext()) {
            roundTrip(declared);
            mesh.inboundDestination = other.address();
            try (Socket undeclared = mesh.plaintext()) {
                ends(undeclared);
            }
            counted(mesh.api, "inbound", "WEFT-D023", 1);
            roundTrip(declared);
        }
    }

    @Test
    void noPortIsReachedWhileNothingIsSaidOfPorts() throws IOException {
        mesh.api.inbound(mesh.inbound(strict()));
        try (Socket socket = mesh.connect()) {
            ends(socket);
        }
        counted(mesh.api, "inbound", "WEFT-D023", 1);
        mesh.api.inbound(mesh.inbound(strict().setPortScope(PortScope.PORT_SCOPE_ALL)));
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
        }
    }

    @Test
    void aScopeOfTheFutureOpensNothingMore() {
        assertThat(mesh.inbound(strict().setPortScopeValue(99).addDeclaredPorts(80))
                        .reachable()
                        .has(81))
                .isFalse();
    }
}
