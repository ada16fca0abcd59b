package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.control.operator.OperatorServer;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** How long {@code weft check} waits for a control plane and a sidecar that accept connections and never answer. */
final class CheckTimeoutTest {

    private final Printed printed = new Printed();
    private Path directory = Path.of("");
    private MeshState state = new MeshState(directory);

    /** Paths of Unix sockets must be short; the directories of JUnit may be too long. */
    @BeforeEach
    void writeState() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "weft-check-");
        state = new StateDirectories(directory, false).of(MeshName.DEFAULT);
        StateFiles.createDirectories(state.control());
        StateFiles.createDirectories(state.workload("shop", "web").directory());
        Path file = Files.writeString(directory.resolve("mesh.yaml"), "");
        ProcessRef self = ProcessRef.self();
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(
                        "default", file.toString(), "cluster.local", 0, false, Instant.EPOCH, self, Optional.of(self)));
        ProcessStatus process = new ProcessStatus(ProcessState.RUNNING, self.pid(), 0, Instant.EPOCH, "");
        WorkloadStatus web = new WorkloadStatus(
                "shop",
                "web",
                true,
                "spiffe://cluster.local/ns/shop/sa/web",
                List.of("127.0.0.2"),
                true,
                "",
                process,
                Optional.of(process),
                Optional.empty());
        StateFiles.writeJson(
                state.ps(),
                new PsSnapshot(
                        Instant.EPOCH, PsSnapshot.Phase.UP, Optional.of(process), List.of(web), List.of(), List.of()));
    }

    @AfterEach
    void deleteState() throws IOException {
        StateFiles.deleteTree(directory);
    }

    private static ServerSocketChannel silent(Path socket) throws IOException {
        Files.createDirectories(socket.getParent());
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private int check(String... options) {
        Session session = new Session(
                printed.screen(), new Meshes(new StateDirectories(directory, false)), Clock.systemUTC(), Map.of());
        return new CommandLine(new CheckCommand(session)).execute(options);
    }

    @Test
    void waitsForEachAnswerAsLongAsTheOptionSays() throws IOException {
        try (ServerSocketChannel _ = silent(state.control().resolve(OperatorServer.SOCKET));
                ServerSocketChannel _ = silent(state.workload("shop", "web").adminSocket())) {
            assertThat(check("--timeout", "1s")).isEqualTo(ExitCode.FAILED);
        }
        assertThat(printed.out())
                .contains("the control plane of mesh default does not answer in time")
                .contains("shop/web: no answer within 1.0 s")
                .contains("? not known, because the control plane does not answer: anchor-end");
    }

    /** A busy machine is late at times; one that waits for as long as without the option is late each time. */
    @Test
    void waitsNoLongerThanTheOptionSays() throws IOException {
        try (ServerSocketChannel _ = silent(state.control().resolve(OperatorServer.SOCKET));
                ServerSocketChannel _ = silent(state.workload("shop", "web").adminSocket())) {
            Waiting.until("an end well before the default of 5 s", () -> {
                long begun = System.nanoTime();
                int _ = check("--timeout", "500ms");
                return Duration.ofNanos(System.nanoTime() - begun).compareTo(Duration.ofSeconds(4)) < 0;
            });
        }
    }
}
