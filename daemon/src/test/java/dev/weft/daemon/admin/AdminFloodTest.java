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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

/** Many connections to the admin port, and the kubelet's probe and Prometheus' question, which are answered all the same. */
@Timeout(60)
class AdminFloodTest {
    private static final int FLOOD = 2000;
    private static final int READERS = 60;
    /** More than the kernel takes for a peer that does not read. */
    private static final String PAGE = "x".repeat(4 << 20);

    private static final AdminPages PAGES = new AdminPages(
            Map.of(
                    "/ready", () -> AdminPages.Page.text(true, "ok"),
                    "/metrics", () -> new AdminPages.Page(200, "text/plain", PAGE)),
            Set.of("/metrics"),
            Set.of("/ready", "/metrics"));

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<Socket> flood = new ArrayList<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private AdminServer server;

    @BeforeEach
    void start() {
        server = new AdminServer(
                loops,
                AdminServer.ConnectionRules.open(refused::add),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                PAGES);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : flood) {
            socket.close();
        }
        server.close();
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    @Test
    void connectionsThatAskNothingAreFewAndKeepNoProbeOut() throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            flood.add(connect("127.0.1." + (1 + i % 200)));
        }
        assertThat(ask("127.0.0.1", "/ready")).startsWith("HTTP/1.1 200 ");
        int most = AdminServer.CONNECTIONS.all();
        Waiting.until("all but " + most + " are closed", () -> refused.size() >= FLOOD - most);
        assertThat(refused).allMatch(limit -> limit.startsWith("admin-newcomers"));
        assertThat(ask("127.0.0.1", "/metrics")).endsWith(PAGE);
    }

    @Test
    void manyOfOneAddressKeepNoOtherOut() throws IOException {
        for (int i = 0; i < 2 * AdminServer.CONNECTIONS.perNetwork(); i++) {
            flood.add(connect("127.0.1.1"));
        }
        assertThat(ask("127.0.0.1", "/ready")).startsWith("HTTP/1.1 200 ");
        Waiting.until(() -> refused.size() >= AdminServer.CONNECTIONS.perNetwork());
    }

    @Test
    void pagesThatAreAskedForAndNotReadAreFewAndKeepNoReaderOut() throws IOException {
        for (int i = 0; i < READERS; i++) {
            Socket socket = connect("127.0.1." + (1 + i % 10));
            flood.add(socket);
            socket.getOutputStream().write(request("/metrics"));
        }
        assertThat(ask("127.0.0.1", "/ready")).startsWith("HTTP/1.1 200 ");
        Waiting.until(
                "Prometheus has its page", () -> ask("127.0.0.1", "/metrics").endsWith(PAGE));
        assertThat(refused).anyMatch(limit -> limit.startsWith("admin-page-newcomers"));
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(server.address());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] request(String page) {
        return ("GET " + page + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private String ask(String from, String page) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(server.address());
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request(page));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
