package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.TapBegun;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.TapSelection;
import dev.weft.cli.observe.TapStream;
import dev.weft.cli.screen.Screen;
import dev.weft.control.operator.OperatorServer;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TapCommandTest {

    private static final int LINES = 5;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** A pipe whose reader has gone after some lines. */
    private static final class Head extends OutputStream {
        private int lines;

        @Override
        public void write(int octet) throws IOException {
            if (lines >= LINES) {
                throw new IOException("Broken pipe");
            }
            if (octet == '\n') {
                lines++;
            }
        }
    }

    /** A control plane that tells of requests without an end. */
    private static final class Requests extends ObservationOperatorGrpc.ObservationOperatorImplBase {
        private static final int ENOUGH = 1000;

        @Override
        public void tapRequests(TapRequestsRequest request, StreamObserver<TapEvent> events) {
            events.onNext(TapEvent.newBuilder()
                    .setBegun(TapBegun.newBuilder().setRequestsRead(true).setConnected(true))
                    .build());
            for (int i = 0; i < ENOUGH; i++) {
                events.onNext(TapEvent.newBuilder()
                        .setRequest(TappedRequest.getDefaultInstance())
                        .build());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsWhenTheOutputTakesNoMore(boolean json) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Screen screen = Screen.plain(
                new PrintWriter(
                        new PrintStream(new Head(), true, StandardCharsets.UTF_8), true, StandardCharsets.UTF_8),
                new PrintWriter(new StringWriter()));
        TapCommand command = new TapCommand(
                new Session(screen, new Meshes(new StateDirectories(folder, false)), Clock.systemUTC(), Map.of()));
        TapStream stream = new TapStream("shop/api", TapSelection.EVERY, Optional.empty(), 0);
        try (OperatorServer _ = OperatorServer.start(folder, List.of(new Requests()));
                Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), folder)) {
            command.read(operator, stream, "spiffe://cluster.local/ns/shop/sa/api", json);
        }
        assertThat(stream.seen()).isEqualTo(LINES + 1);
    }
}
