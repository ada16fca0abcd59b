package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.model.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProbeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void takesAStatusBelow400ForSuccess() throws Exception {
        try (ServerSocket server = answering("HTTP/1.1 302 Found\r\n\r\n")) {
            ProbeRunner.httpGet("127.0.0.1", server.getLocalPort(), "/", TIMEOUT);
        }
    }

    @Test
    void takesAnErrorStatusForFailure() throws Exception {
        try (ServerSocket server = answering("HTTP/1.1 503 Busy\r\n\r\n")) {
            assertThatThrownBy(() -> ProbeRunner.httpGet("127.0.0.1", server.getLocalPort(), "/up", TIMEOUT))
                    .hasMessageContaining("answered 503");
        }
    }

    @Test
    void takesWhatIsNotHttpForFailure() throws Exception {
        for (String answer : new String[] {"hello\n", "", "x".repeat(1000)}) {
            try (ServerSocket server = answering(answer)) {
                assertThatThrownBy(() -> ProbeRunner.httpGet("127.0.0.1", server.getLocalPort(), "/", TIMEOUT))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void failsWhereNothingListens() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProbeRunner.tcpSocket("127.0.0.1", server.getLocalPort(), TIMEOUT);
        }
        // Port 1 is never picked as a free one.
        assertThatThrownBy(() -> ProbeRunner.tcpSocket("127.0.0.1", 1, TIMEOUT)).hasMessageContaining("port 1");
    }

    @Test
    void seesListenersInTheKernelsTable() {
        String table = """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
                   1: 0200F40A:1F91 0300F40A:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 1 1
                """;
        assertThat(ProbeRunner.listensOn(table, 8080)).isTrue();
        assertThat(ProbeRunner.listensOn(table, 8081)).isFalse();
        assertThat(ProbeRunner.listensOn(table, 80)).isFalse();
    }

    @Test
    void eachPortMayBeListenedOnByEitherFamily(@TempDir Path net) throws Exception {
        Files.writeString(net.resolve("tcp"), "0: 00000000:1F90 00000000:0000 0A 0\n");
        ProbeRunner.listening(net, ports(8080));
        assertThatThrownBy(() -> ProbeRunner.listening(net, ports(8080, 8081))).hasMessageContaining("port 8081");

        Files.writeString(net.resolve("tcp6"), "0: 00000000000000000000000000000000:1F91 0:0000 0A 0\n");
        ProbeRunner.listening(net, ports(8080, 8081));
        assertThatThrownBy(() -> ProbeRunner.listening(net, ports(8082, 8081))).hasMessageContaining("port 8082");
    }

    private static List<Workload.Port> ports(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> new Workload.Port("p" + number, number, null))
                .toList();
    }

    @Test
    void passesFromTheFirstSuccessUntilTooManyFailures() throws Exception {
        ProbeSchedule schedule = new ProbeSchedule(Duration.ofSeconds(1), Duration.ofSeconds(2), 2, false, 0);
        schedule.tick(SECOND, () -> {
            throw new IOException("probed before the initial delay");
        });
        assertThat(schedule.reason()).isEqualTo("not probed yet");
        schedule.tick(2 * SECOND, () -> {});
        assertThat(schedule.passing()).isTrue();
        schedule.tick(3 * SECOND, ProbeTest::fail);
        assertThat(schedule.passing()).isTrue();
        assertThat(schedule.failed()).isFalse();
        schedule.tick(4 * SECOND, ProbeTest::fail);
        assertThat(schedule.passing()).isFalse();
        assertThat(schedule.failed()).isTrue();
        assertThat(schedule.reason()).isEqualTo("down");
    }

    private static void fail() throws IOException {
        throw new IOException("down");
    }

    private static ServerSocket answering(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                int read = socket.getInputStream().read(new byte[4096]);
                assertThat(read).isPositive();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client has gone; its own assertion tells.
                return;
            }
        });
        return server;
    }
}
