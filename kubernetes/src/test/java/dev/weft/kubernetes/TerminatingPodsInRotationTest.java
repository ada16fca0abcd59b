package dev.weft.kubernetes;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.registry.Pods;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rotations, while the API server still has pods that were deleted and whose node no longer says anything of them, or
 * whose ServiceAccount was deleted.
 */
final class TerminatingPodsInRotationTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster("cluster.local", directory, 1);
        Waiting.until("it leads", () -> cluster.leader(channel -> true).isPresent());
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void waitForNoneThatShouldHaveEnded() {
        delete("lost", Instant.now().minusSeconds(1));
        Waiting.until("it is known", () -> expected().equals(List.of("shop/lost")));
        rotate();
        Waiting.until("it ends", () -> rotation().getStep() == RotationStep.ROTATION_STEP_DONE);
    }

    @Test
    void waitForThoseThatStillHaveTime() {
        delete("lost", Instant.now().minusSeconds(1));
        delete("ending", Instant.now().plus(1, ChronoUnit.HOURS));
        cluster.put(pod("away").build());
        Waiting.until("all are known", () -> expected().size() == 3);
        rotate();
        Waiting.until(
                "it waits for these two",
                () -> rotation().getWaitingForList().stream()
                        .map(Awaited::getWorkload)
                        .toList()
                        .equals(List.of("shop/away", "shop/ending")));
    }

    @Test
    void waitForNoneWhoseAccountWasDeleted() {
        ServiceAccount account = new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web")
                .endMetadata()
                .build();
        cluster.put(account);
        cluster.put(pod("away").build());
        Waiting.until("it is known", () -> expected().equals(List.of("shop/away")));
        rotate();
        Waiting.until(
                "it waits for the pod", () -> rotation().getWaitingForList().size() == 1);
        cluster.client.resource(account).delete();
        Waiting.until("it ends", () -> rotation().getStep() == RotationStep.ROTATION_STEP_DONE);
    }

    private static PodBuilder pod(String name) {
        return Pods.meshed("shop", name, "10.9.0." + (1 + "away ending lost".indexOf(name)));
    }

    /** An API server takes the time of a deletion with no new object. */
    private void delete(String name, Instant due) {
        cluster.put(pod(name).build());
        cluster.put(pod(name)
                .editMetadata()
                .withDeletionTimestamp(due.truncatedTo(ChronoUnit.SECONDS).toString())
                .withFinalizers("example.com/kept")
                .endMetadata()
                .build());
    }

    private static TrustOperatorGrpc.TrustOperatorBlockingStub operator(ManagedChannel channel) {
        return TrustOperatorGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private List<String> expected() {
        return cluster.leader(channel ->
                        operator(channel).showTrust(ShowTrustRequest.getDefaultInstance()).getProxiesList().stream()
                                .map(proxy -> proxy.getWorkload())
                                .toList())
                .orElse(List.of());
    }

    private RotationStatus rotation() {
        return cluster.leader(channel -> operator(channel)
                        .showTrust(ShowTrustRequest.getDefaultInstance())
                        .getRotation())
                .orElseThrow();
    }

    private void rotate() {
        TrustAnchor next = TrustAnchors.create("next", Duration.ofDays(30), Clock.systemUTC());
        var _ = cluster.leader(channel -> {
            String csr = operator(channel)
                    .beginRotation(BeginRotationRequest.newBuilder()
                            .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                            .setAnchorPem(Pem.encodeCertificates(List.of(next.certificate())))
                            .build())
                    .getCsrPem();
            return operator(channel)
                    .supplyIssuer(SupplyIssuerRequest.newBuilder()
                            .setChainPem(Pem.encodeCertificates(List.of(TrustAnchors.signIssuer(
                                    next,
                                    CsrVerifier.verify(Pem.decodeCsr(csr)).publicKey(),
                                    cluster.domain,
                                    Duration.ofDays(10),
                                    Instant.now()))))
                            .build());
        });
    }
}
