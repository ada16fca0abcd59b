package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationOperatorGrpc.RevocationOperatorBlockingStub;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.api.v1.SetTrustDomainStateRequest;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestControlPlanes;
import dev.weft.control.operator.OperatorChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators hear of changes that the audit log does not have, as on a full disk. */
final class RevocationAuditTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aRefusalOfWhatIsDoneAndNotRecordedSaysBoth() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(
                registry,
                "{apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: other.example},"
                        + " spec: {state: Disabled}}");
        Path state = directory.resolve("state");
        try (ControlPlane plane = TestControlPlanes.start(
                        registry, state, TestPlane.DOMAIN.name(), Clock.systemUTC(), "--audit-log", "/dev/full");
                OperatorChannel operator = OperatorChannel.open(state)) {
            assertThat(plane.port()).isPositive();
            assertThatThrownBy(() -> TrustDomainOperatorGrpc.newBlockingStub(operator.channel())
                            .setTrustDomainState(SetTrustDomainStateRequest.newBuilder()
                                    .setTrustDomain("other.example")
                                    .setState(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                                    .build()))
                    .hasMessageContaining("change its state there; WEFT-C113: it is done");
        }
    }

    @Test
    void whatIsDoneAndNotRecordedIsSaid() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(
                registry,
                "{apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: other.example}, spec: {}}");
        Path state = directory.resolve("state");
        try (ControlPlane plane = TestControlPlanes.start(
                        registry, state, TestPlane.DOMAIN.name(), Clock.systemUTC(), "--audit-log", "/dev/full");
                OperatorChannel operator = OperatorChannel.open(state)) {
            assertThat(plane.port()).isPositive();
            RevocationOperatorBlockingStub revocations = RevocationOperatorGrpc.newBlockingStub(operator.channel());
            RevokeResponse revoked = revocations.revoke(OperatedMesh.serial("0b", 0));
            assertThat(revoked.getRemark()).startsWith("WEFT-C113: it is done");
            assertThat(revoked.getRevocation().getId()).isNotEmpty();
            assertThat(revocations
                            .undoRevocation(UndoRevocationRequest.newBuilder()
                                    .setId(revoked.getRevocation().getId())
                                    .build())
                            .getRemark())
                    .startsWith("WEFT-C113");
            for (TrustDomainState wanted :
                    List.of(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED, TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)) {
                assertThat(TrustDomainOperatorGrpc.newBlockingStub(operator.channel())
                                .setTrustDomainState(SetTrustDomainStateRequest.newBuilder()
                                        .setTrustDomain("other.example")
                                        .setState(wanted)
                                        .build())
                                .getRemark())
                        .startsWith("WEFT-C113");
            }
        }
    }
}
