package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sidecar whose file descriptors are nearly all in use refuses new sessions at once, and goes on with what it has. */
@Timeout(60)
class FewDescriptorsTest {
    private static final int RESERVE = 64;
    /** Other threads of this process open files and close them; there is room for a few sessions beside. */
    private static final int ROOM = 16;

    private static final int MORE_THAN_ROOM = 100;

    private static final int CALLS = 400;
    private static final int AHEAD = 16 * 1024;

    private final List<Socket> sockets = new ArrayList<>();
    private EchoServer echo;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        mesh = new MeshFixture(echo.address());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        mesh.close();
        echo.close();
    }

    /** All numbers below the room that is left are in use, whatever other tests of this process have open. */
    private void leaveRoom(Descriptors descriptors) throws IOException {
        int taken = Math.max(3 * RESERVE - ROOM, highest()); // where a quarter is no less than the reserve
        while (next() <= taken) {
            hold();
        }
        mesh.descriptorLimit = next() + ROOM + RESERVE;
        descriptors.lookAgain();
    }

    /** The lowest number that is free. */
    private static int next() {
        EpollSocketChannel next = new EpollSocketChannel();
        int number = next.fd().intValue();
        next.unsafe().closeForcibly();
        return number;
    }

    private static int highest() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(Path::getFileName)
                    .mapToInt(number -> Integer.parseInt(number.toString()))
                    .max()
                    .orElseThrow();
        }
    }

    /** Two descriptors of this process, which are no session's. */
    private void hold() throws IOException {
        Socket socket = new Socket(MeshFixture.LOOPBACK, echo.address().getPort());
        sockets.add(socket);
        talk(socket);
    }

    private Socket open() throws IOException {
        Socket socket = mesh.connect();
        sockets.add(socket);
        talk(socket);
        return socket;
    }

    private static void talk(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        if (socket.getInputStream().read() != 'x') {
            throw new SocketException("ended");
        }
    }

    private List<Socket> openUntilRefused() throws IOException {
        List<Socket> opened = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < MORE_THAN_ROOM; i++) {
                        opened.add(open());
                    }
                })
                .isInstanceOf(SocketException.class);
        assertThat(opened).isNotEmpty();
        return opened;
    }

    private void othersGoOn(List<Socket> opened) throws IOException {
        for (Socket socket : opened) {
            talk(socket);
        }
    }

    private void awaitLogged() {
        Waiting.until("the refusal is in the log", () -> {
            try {
                String log = mesh.accessLog("web");
                return log.contains("\"code\":\"WEFT-D017\"") && log.contains("no file descriptor");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** As many end as were refused or held. */
    private void roomAgain(List<Socket> opened) throws IOException {
        for (Socket socket : opened) {
            socket.close();
        }
        Waiting.until("they have ended", () -> mesh.web.registry().sessions().isEmpty());
        open();
    }

    @Test
    void theApplicationsConnectionsAreResetAtOnce() throws IOException {
        mesh.route((SpiffeId) null);
        leaveRoom(mesh.descriptorsOfWeb);
        List<Socket> opened = openUntilRefused();
        othersGoOn(opened);
        awaitLogged();
        assertThat(mesh.web.metrics().text()).containsPattern("weft_limits_hit_total\\{limit=\"descriptors\"\\} [1-9]");
        roomAgain(opened);
    }

    @Test
    void aPeerIsToldWhyAndProbesGoThrough() throws IOException {
        talk(open());
        leaveRoom(mesh.descriptorsOfApi);
        List<Socket> opened = openUntilRefused();
        othersGoOn(opened);
        awaitLogged();
        assertThat(mesh.api.metrics().text()).containsPattern("weft_limits_hit_total\\{limit=\"descriptors\"\\} [1-9]");
        try (Socket probe = mesh.plaintext()) {
            probe.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(probe.getInputStream().read()).isEqualTo('G');
        }
        sockets.removeFirst().close();
        roomAgain(opened);
    }

    /** A call that is refused before a connection to the application is made has sent bytes all the same. */
    @Test
    void whatCameAheadOfARefusalIsLetGo() throws IOException {
        talk(open());
        leaveRoom(mesh.descriptorsOfApi);
        List<Socket> opened = openUntilRefused();
        long before = usedMemory();
        int refusals = 0;
        for (int i = 0; i < 2 * CALLS && refusals < CALLS; i++) {
            refusals += refused() ? 1 : 0;
        }
        assertThat(refusals).isEqualTo(CALLS);
        assertThat(usedMemory() - before).isLessThan((long) AHEAD * CALLS / 4);
        othersGoOn(opened);
    }

    /** Other threads of this process may have closed a descriptor: then a call is admitted, and keeps it. */
    private boolean refused() throws IOException {
        Socket socket = mesh.connect();
        sockets.add(socket);
        try {
            socket.getOutputStream().write(new byte[AHEAD]);
            if (socket.getInputStream().read() >= 0) {
                return false;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i)connection reset.*|broken pipe.*");
        }
        socket.close();
        return true;
    }

    private static long usedMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
