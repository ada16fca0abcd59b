package dev.weft.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
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

final class NotInForceTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void tellsWhatTheControlPlaneRefused() throws IOException {
        ShowTrustResponse answer = ShowTrustResponse.newBuilder()
                .addRegistryRefusals("shop.yaml:7: Revocation r: WEFT-C089: that is the issuer in use")
                .setIssuerProblem("WEFT-C082: tls.key: is not the key of certificate 1")
                .build();
        NotInForce known = asked(answer);
        assertThat(known.refusals()).containsExactly("shop.yaml:7: Revocation r: WEFT-C089: that is the issuer in use");
        assertThat(known.issuerProblem()).hasValue("WEFT-C082: tls.key: is not the key of certificate 1");
        assertThat(asked(ShowTrustResponse.getDefaultInstance()).nothingRefused())
                .isTrue();
    }

    @Test
    void knowsOfNothingWhenNobodyAnswers() {
        try (Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), directory)) {
            NotInForce known = NotInForce.of(operator);
            assertThat(known.nothingRefused()).isTrue();
            assertThat(known.unavailableReason())
                    .contains("the control plane of mesh shop does not answer (WEFT-L112)");
        }
    }

    private NotInForce asked(ShowTrustResponse answer) throws IOException {
        Path state = Files.createTempDirectory(
                directory, "state", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (OperatorServer _ = OperatorServer.start(state, List.of(new Trust(answer)));
                Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), state)) {
            return NotInForce.of(operator);
        }
    }

    private static final class Trust extends TrustOperatorGrpc.TrustOperatorImplBase {
        private final ShowTrustResponse answer;

        Trust(ShowTrustResponse answer) {
            this.answer = answer;
        }

        @Override
        public void showTrust(ShowTrustRequest request, StreamObserver<ShowTrustResponse> responses) {
            responses.onNext(answer);
            responses.onCompleted();
        }
    }
}
