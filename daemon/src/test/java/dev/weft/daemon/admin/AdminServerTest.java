package dev.weft.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminServerTest {
    private static final String SECRET = "token-file /run/weft/token";
    private static final AdminPages PAGES = new AdminPages(
            Map.of(
                    "/live", () -> AdminPages.Page.text(true, "live"),
                    "/config", () -> AdminPages.Page.json(SECRET),
                    "/connections", () -> AdminPages.Page.json(SECRET)),
            Set.of("/connections"),
            Set.of("/live"));

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private AdminServer server;
    private Path socket;

    @TempDir
    Path directory;

    @BeforeEach
    void start() {
        socket = directory.resolve("admin.sock");
        server = new AdminServer(
                loops,
                AdminServer.ConnectionRules.open(refused::add),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(socket),
                PAGES);
    }

    @AfterEach
    void stop() {
        server.close();
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    @Test
    void showsTheOperatorsPagesOnTheUnixSocketOnly() throws IOException {
        for (String page : List.of("/config", "/connections", "/config?x", "/connections?x")) {
            assertThat(overTcp(page)).startsWith("HTTP/1.1 403 ").doesNotContain(SECRET);
            assertThat(overSocket(page)).startsWith("HTTP/1.1 200 ").contains(SECRET);
        }
        assertThat(overTcp("/live")).startsWith("HTTP/1.1 200 ").endsWith("live\n");
        assertThat(overSocket("/live")).startsWith("HTTP/1.1 200 ").endsWith("live\n");
    }

    @Test
    void theSocketIsForItsUserAndRoot() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        AdminServer.Peers peers = new AdminServer.Peers(1337);
        assertThat(peers.mayAsk(1337)).isTrue();
        assertThat(peers.mayAsk(0)).isTrue();
        assertThat(peers.mayAsk(1000)).isFalse();
        assertThat(peers.mayAsk(65_534)).isFalse();
    }

    @Test
    void listensAgainWhenSomebodyDeletesTheSocket() throws IOException {
        for (int i = 0; i < 2; i++) {
            Files.delete(socket);
            Waiting.until("the socket answers again", this::answersOverSocket);
        }
        server.close();
        assertThat(socket).doesNotExist();
    }

    private boolean answersOverSocket() {
        try {
            return overSocket("/config").startsWith("HTTP/1.1 200 ");
        } catch (IOException _) {
            return false;
        }
    }

    private static byte[] request(String page) {
        return ("GET " + page + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private String overTcp(String page) throws IOException {
        try (Socket client =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            client.getOutputStream().write(request(page));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String overSocket(String page) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            client.write(ByteBuffer.wrap(request(page)));
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
