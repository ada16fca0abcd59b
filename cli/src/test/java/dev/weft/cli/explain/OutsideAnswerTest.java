package dev.weft.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.EgressPolicy;
import dev.weft.api.v1.EgressRules;
import dev.weft.api.v1.EgressTarget;
import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.api.v1.QuestionOperatorGrpc;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.control.operator.OperatorServer;
import dev.weft.local.state.MeshName;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What control planes of other versions answer. */
final class OutsideAnswerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private OutsideAnswer ask(EgressTarget entry) throws IOException {
        ExplainedOutside told = ExplainedOutside.newBuilder()
                .setWorkload("shop/api")
                .setRules(EgressRules.newBuilder()
                        .addPolicies(EgressPolicy.newBuilder()
                                .setNamespace("shop")
                                .setName("bank")
                                .addTo(entry)))
                .build();
        Path state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (OperatorServer _ = OperatorServer.start(state, List.of(new Telling(told)));
                MeshQuestions mesh =
                        new MeshQuestions.OfControlPlane(Operator.of(MeshRef.local(new MeshName("shop")), state))) {
            return OutsideAnswer.of("shop/api", new OutsideAnswer.Destination("bank.example", null, 443), mesh);
        }
    }

    @Test
    void decidesByRulesThatItUnderstands() throws IOException {
        assertThat(ask(EgressTarget.newBuilder().setHost("bank.example").build())
                        .allowed())
                .isTrue();
    }

    @Test
    void namesTheOtherVersionWhereAnEntryIsOfAKindThatItDoesNotKnow() {
        assertThatThrownBy(() -> ask(EgressTarget.getDefaultInstance()))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("WEFT-L113");
                    assertThat(failure.what()).contains("another version", "shop/api");
                });
    }

    private static final class Telling extends QuestionOperatorGrpc.QuestionOperatorImplBase {

        private final ExplainedOutside told;

        Telling(ExplainedOutside told) {
            this.told = told;
        }

        @Override
        public void explainOutside(ExplainOutsideRequest request, StreamObserver<ExplainedOutside> responses) {
            responses.onNext(told);
            responses.onCompleted();
        }
    }
}
