package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.Resource;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.mesh.Directory.Standing;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the control plane says and cannot be used closes what it is about; nothing goes on by what was said before. */
@Timeout(60)
class RefusedPolicyTest {
    private EchoServer application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new EchoServer();
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    @Test
    void aPolicyThatCannotBeUsedClosesTheWorkloadLoudlyUntilOneCan() throws IOException {
        try (Socket standing = session()) {
            mesh.api.inboundRefused("2", "a field that this version does not know");

            assertReset(standing);
            awaitLogged("api", "a field that this version does not know");
            try (Socket again = mesh.connect()) {
                assertReset(again);
            }
        }
        assertThat(mesh.api.missing())
                .singleElement()
                .asString()
                .contains("WEFT-D029")
                .contains("a field that this version does not know");
        assertThat(mesh.api.metrics().text()).contains("weft_policy_refused 1");

        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, null));
        assertThat(mesh.api.missing()).isEmpty();
        assertThat(mesh.api.metrics().text()).contains("weft_policy_refused 0");
        session().close();
    }

    @Test
    void theCallsThatAWorkloadMakesGoOnWhenItsOwnPolicyCannotBeUsed() throws IOException {
        try (Socket standing = session()) {
            mesh.web.inboundRefused("2", "a field that this version does not know");
            echo(standing);
            session().close();
        }
    }

    @Test
    void aPolicyRefusedBeforeAnyWasInForceLeavesTheWorkloadClosed() {
        Workload fresh = mesh.workload("fresh", 0);
        fresh.inboundRefused("1", "no");
        assertThat(fresh.mesh().inbound()).isNull();
        assertThat(fresh.missing()).contains("no policy yet").anyMatch(reason -> reason.contains("WEFT-D029"));
        fresh.close();
    }

    /** Were it left as it was, "not in the mesh" would go on being said of an address that is. */
    @Test
    void anAnswerThatCannotBeUsedLeadsNowhere() throws IOException {
        String name = "destination/" + HostPort.text(application.address());
        mesh.web.directory().update(application.address(), new Route.NotInMesh());
        mesh.outboundDestination = application.address();
        try (MeshFeedFixture feed = new MeshFeedFixture(mesh, mesh.web);
                Socket standing = session()) {
            Resource unusable = Resource.newBuilder()
                    .setName(name)
                    .setVersion("2")
                    .setDestination(Destination.newBuilder()
                            .setEndpoints(Endpoints.newBuilder()
                                    .addEndpoints(
                                            Endpoint.newBuilder().setAddress(HostPort.text(application.address())))))
                    .build();
            assertThatThrownBy(() -> feed.feed().check(unusable)).hasMessageContaining("neither an identity nor");
            feed.feed().onRefused(ResourceName.parse(name), "2", "no");

            assertReset(standing);
            assertThat(mesh.web.directory().standing(application.address())).isEqualTo(Standing.IN_MESH);
            try (Socket again = mesh.connect()) {
                assertReset(again);
            }
        }
        assertThat(mesh.web.metrics().text()).contains("resource-refused");
    }

    @Test
    void aPolicyWithAFieldOfTheFutureIsRefused() throws Exception {
        try (MeshFeedFixture feed = new MeshFeedFixture(mesh, mesh.api)) {
            Inbound plain = Inbound.newBuilder().setWorkload("shop/api").build();
            Inbound newer = Inbound.parseFrom(
                    plain.toByteString().concat(ByteString.copyFrom(new byte[] {(byte) 0xf2, 1, 2, 1, 2})));
            feed.feed().check(inbound(plain));
            assertThatThrownBy(() -> feed.feed().check(inbound(newer))).hasMessageContaining("does not know");
            feed.feed().onRefused(ResourceName.PerWorkload.INBOUND, "2", "no");
            assertThat(mesh.api.mesh().policyRefusal()).isNotNull();
        }
    }

    private static Resource inbound(Inbound inbound) {
        return Resource.newBuilder()
                .setName("inbound")
                .setVersion("2")
                .setInbound(inbound)
                .build();
    }

    private Socket session() throws IOException {
        Socket socket = mesh.connect();
        echo(socket);
        return socket;
    }

    /** The log has a thread of its own. */
    private void awaitLogged(String name, String text) {
        Waiting.until("logged", () -> {
            try {
                return mesh.accessLog(name).contains(text);
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
