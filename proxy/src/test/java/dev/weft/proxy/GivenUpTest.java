package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application of HTTP/2 that gives up while no tunnel has answered leaves nothing behind. */
@Timeout(60)
class GivenUpTest {
    @ParameterizedTest
    @ValueSource(strings = {"end", "half", "reset"})
    void beforeItIsDecidedHowItsConnectionIsCarried(String how) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, MeshFixture.LOOPBACK);
                EchoServer server = new EchoServer();
                MeshFixture mesh = new MeshFixture(server.address())) {
            InetSocketAddress address = server.address();
            mesh.route(new Route.ToEndpoints(List.of(
                    new Route.Endpoint(address, mesh.authority.id("api"), silent.getLocalPort(), 1, Hint.HTTP2))));
            Socket socket = mesh.connect();
            socket.getOutputStream().write(Frames.PREFACE.toString().getBytes(StandardCharsets.US_ASCII));
            try (Socket tunnel = silent.accept()) {
                assertThat(tunnel.getInputStream().read()).as("its handshake").isPositive();
                assertThat(mesh.web.registry().sessions()).hasSize(1);
                if (how.equals("half")) {
                    socket.shutdownOutput();
                } else {
                    socket.setSoLinger(how.equals("reset"), 0);
                    socket.close();
                }
                Waiting.until(
                        "the session's end",
                        () -> mesh.web.registry().sessions().isEmpty());
            } finally {
                socket.close();
            }
        }
    }
}
