package dev.weft.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.control.operator.OperatorServer;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.local.state.MeshName;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperatorTest {

    @TempDir
    private Path directory;

    private CommandFailure failureOf(List<BindableService> services) throws IOException {
        Path state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (OperatorServer _ = OperatorServer.start(state, services)) {
            return failureIn(state);
        }
    }

    private static CommandFailure failureIn(Path state) {
        try (Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), state)) {
            return catchThrowableOfType(
                    CommandFailure.class,
                    () -> operator.call(channel ->
                            IdentityGrpc.newBlockingStub(channel).certify(CertifyRequest.getDefaultInstance())));
        }
    }

    @Test
    void tellsARefusalOfAnEarlierControlPlaneWithItsCodeAndWhatToDo() throws IOException {
        CommandFailure failure = failureOf(List.of(new Refusing(
                Status.FAILED_PRECONDITION, "WEFT-C041: a rotation runs: r1; wait for it, or roll it back")));

        assertThat(failure.code()).isEqualTo("WEFT-C041");
        assertThat(failure.what()).isEqualTo("a rotation runs: r1");
        assertThat(failure.advice()).containsExactly("wait for it, or roll it back");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void tellsARefusalThatComesAsAMessage() throws IOException {
        CommandFailure failure = failureOf(List.of(new IdentityGrpc.IdentityImplBase() {
            @Override
            public void certify(CertifyRequest request, StreamObserver<CertifyResponse> responses) {
                responses.onError(new RefusedException(
                        Reason.of("WEFT-L100", Status.Code.INVALID_ARGUMENT),
                        "--to: 'a;b' means nothing",
                        "see 'weft policy explain --help'"));
            }
        }));

        assertThat(failure.code()).isEqualTo("WEFT-L100");
        assertThat(failure.what()).isEqualTo("--to: 'a;b' means nothing");
        assertThat(failure.advice()).containsExactly("see 'weft policy explain --help'");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void endsAsNotFoundWhereNothingIsFound() throws IOException {
        CommandFailure failure = failureOf(List.of(new Refusing(Status.NOT_FOUND, "WEFT-C071: no such token")));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(failure.advice()).isEmpty();
    }

    @Test
    void saysThatNobodyAnswers() throws IOException {
        assertThat(failureIn(Files.createDirectory(directory.resolve("empty"))).code())
                .isEqualTo("WEFT-L112");
    }

    @Test
    void takesAConnectionThatEndsWhileTheRequestIsWrittenForNoAnswer() {
        try (Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), directory)) {
            CommandFailure failure = catchThrowableOfType(
                    CommandFailure.class,
                    () -> operator.call(_ -> {
                        throw Status.UNKNOWN
                                .withDescription("channel closed")
                                .withCause(new ClosedChannelException())
                                .asRuntimeException();
                    }));
            assertThat(failure.code()).isEqualTo("WEFT-L112");
        }
    }

    @Test
    void takesOneThatEndsInTheMiddleOfACallForOneThatDoesNotAnswer() throws IOException {
        assertThat(failureOf(List.of(new Refusing(Status.CANCELLED, "RST_STREAM closed stream")))
                        .code())
                .isEqualTo(Operator.NO_ANSWER);
    }

    @Test
    void saysThatTheControlPlaneIsOfAnotherVersion() throws IOException {
        assertThat(failureOf(List.of()).code()).isEqualTo("WEFT-L113");
    }

    @Test
    void keepsWhatItDoesNotKnow() throws IOException {
        CommandFailure failure = failureOf(List.of(new Refusing(Status.INTERNAL, "boom")));

        assertThat(failure.code()).isEqualTo("WEFT-L999");
        assertThat(failure.what()).contains("INTERNAL boom");
    }

    private static final class Refusing extends IdentityGrpc.IdentityImplBase {

        private final Status status;

        Refusing(Status status, String description) {
            this.status = status.withDescription(description);
        }

        @Override
        public void certify(CertifyRequest request, StreamObserver<CertifyResponse> responses) {
            responses.onError(status.asRuntimeException());
        }
    }
}
