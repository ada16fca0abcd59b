package dev.weft.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SidecarsTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** How many times in a row a sidecar that is held up by nobody may answer late. */
    private static final int MOST_LATE = 10;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Path directory = Path.of("");
    private MeshState state = new MeshState(directory);

    /** The paths of Unix sockets are short, those of JUnit's directories need not be. */
    @BeforeEach
    void directory() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "weft-sidecars-");
        state = new MeshState(directory);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Member workload(String name) {
        return new Member("shop/" + name, "", true);
    }

    private Mesh mesh() {
        MeshRecord record =
                new MeshRecord("m", "", "cluster.local", 0, false, Instant.EPOCH, ProcessRef.self(), Optional.empty());
        return new LocalMesh(new MeshHandle(new MeshName("m"), state, record));
    }

    private UnixDomainSocketAddress address(String name) throws IOException {
        Path socket = state.workload("shop", name).adminSocket();
        Files.createDirectories(socket.getParent());
        return UnixDomainSocketAddress.of(socket);
    }

    private ServerSocketChannel listen(String name, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(server);
        return server.bind(address(name), backlog);
    }

    private void answering(String name, String body) throws IOException {
        ServerSocketChannel server = listen(name, 8);
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                    var _ = client.read(ByteBuffer.allocate(1024));
                    var _ = client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException _) {
                    // The test has ended, or has not waited any longer.
                }
            }
        });
    }

    /** As of a stopped process: the kernel takes connections for it until its queue is full. */
    private void stopped(String name, boolean queueFull) throws IOException {
        var _ = listen(name, 1);
        boolean room = queueFull;
        while (room) {
            SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX);
            open.add(waiting);
            var _ = waiting.configureBlocking(false);
            try {
                room = waiting.connect(address(name));
            } catch (IOException _) {
                room = false;
            }
        }
    }

    private List<Answer<TimedStatus>> statuses() throws Exception {
        return new Sidecars(mesh(), LIMIT)
                .statuses(
                        List.of(workload("hung"), workload("full"), workload("api"), workload("away")),
                        Clock.systemUTC());
    }

    @Test
    void whoeverIsStoppedIsSilentAndHoldsUpNobody() throws Exception {
        answering("api", "{\"workload\": \"shop/api\", \"ready\": true, \"now\": \"2026-03-01T12:00:00Z\"}");
        stopped("hung", false);
        stopped("full", true);

        assertThat(new Sidecars(mesh(), LIMIT).statuses(List.of(workload("away")), Clock.systemUTC()))
                .hasSize(1);

        Instant before = Instant.now();
        List<Answer<TimedStatus>> answers = statuses();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
        // A busy machine is late at times; one that is held up by the others is late each time.
        for (int again = 0; again < MOST_LATE && answers.get(2).answer().isEmpty(); again++) {
            answers = statuses();
        }
        assertThat(answers).extracting(answer -> answer.member().name()).containsExactly("hung", "full", "api", "away");
        assertThat(answers.get(0).error()).endsWith("no answer within 2.0 s");
        assertThat(answers.get(1).answer()).isEmpty();
        assertThat(answers.get(1).error()).isNotEmpty();
        assertThat(answers.get(2).answer()).hasValueSatisfying(timed -> {
            assertThat(timed.status().ready()).isTrue();
            assertThat(timed.status().now()).isEqualTo("2026-03-01T12:00:00Z");
        });
        assertThat(answers.get(3).error()).contains("sidecar of shop/away does not answer");
    }
}
