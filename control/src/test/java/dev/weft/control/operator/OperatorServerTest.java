package dev.weft.control.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.Waiting;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperatorServerTest {

    @TempDir
    private Path directory;

    private Path state() throws IOException {
        Path state = directory.resolve("state");
        return Files.isDirectory(state)
                ? state
                : Files.createDirectory(
                        state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void answersOnASocketThatOnlyItsOwnerOpens() throws IOException {
        try (OperatorServer server = OperatorServer.start(state(), List.of(new Echo()));
                OperatorChannel client = OperatorChannel.open(state())) {
            CertifyResponse answer = IdentityGrpc.newBlockingStub(client.channel())
                    .certify(CertifyRequest.newBuilder().setJoinToken("x").build());

            assertThat(answer.getCertificateChainCount()).isEqualTo(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
                    .isEqualTo("rw-------");
        }
        assertThat(state().resolve(OperatorServer.SOCKET)).doesNotExist();
    }

    @Test
    void takesThePlaceOfASocketThatWasLeft() throws IOException {
        Files.createFile(state().resolve(OperatorServer.SOCKET));
        try (OperatorServer _ = OperatorServer.start(state(), List.of(new Echo()));
                OperatorChannel client = OperatorChannel.open(state())) {
            assertThat(IdentityGrpc.newBlockingStub(client.channel()).certify(CertifyRequest.getDefaultInstance()))
                    .isNotNull();
        }
    }

    @Test
    void listensAgainWhenSomebodyDeletesTheSocket() throws IOException {
        try (OperatorServer server = OperatorServer.start(state(), List.of(new Echo()))) {
            for (int i = 0; i < 2; i++) {
                Files.delete(server.socket());
                Waiting.until("the socket is there again", () -> Files.exists(server.socket()));
            }
            try (OperatorChannel client = OperatorChannel.open(state())) {
                assertThat(IdentityGrpc.newBlockingStub(client.channel())
                                .withWaitForReady()
                                .certify(CertifyRequest.getDefaultInstance()))
                        .isNotNull();
            }
            Waiting.until(
                    "only its owner opens it",
                    () -> PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket()))
                            .equals("rw-------"));
        }
        assertThat(state().resolve(OperatorServer.SOCKET)).doesNotExist();
    }

    @Test
    void refusesADirectoryThatOthersMayWriteInto() throws IOException {
        Files.setPosixFilePermissions(state(), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> OperatorServer.start(state(), List.of()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("0700");
    }

    @Test
    void refusesAPathThatIsTooLongForASocket() throws IOException {
        Path deep = Files.createDirectories(state().resolve("a".repeat(60)).resolve("b".repeat(60)));

        assertThatThrownBy(() -> OperatorServer.start(deep, List.of()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("at most 107");
    }

    private static final class Echo extends IdentityGrpc.IdentityImplBase {
        @Override
        public void certify(CertifyRequest request, StreamObserver<CertifyResponse> responses) {
            responses.onNext(CertifyResponse.newBuilder()
                    .addCertificateChain(request.getJoinTokenBytes())
                    .build());
            responses.onCompleted();
        }
    }
}
