package dev.weft.control.server;

import static dev.weft.control.server.OperatedMesh.bundle;
import static dev.weft.control.server.OperatedMesh.identity;
import static dev.weft.control.server.OperatedMesh.serial;
import static dev.weft.control.server.OperatedMesh.watching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RevokeResponse;
import dev.weft.api.v1.WatchResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a revocation has reached when the operator is answered: those who acknowledged it, are cut off, or are missing. */
final class RevocationSpreadTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = new OperatedMesh(directory);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void waitsForTheSidecarsAndTellsTheOneThatItCutsOff() throws Exception {
        try (TestClient web = mesh.client(TestPlane.WEB);
                TestClient api = mesh.client(TestPlane.API)) {
            TestWatch ofWeb = watching(web, "shop/web");
            TestWatch ofApi = watching(api, "shop/api");
            CompletableFuture<RevokeResponse> answer =
                    CompletableFuture.supplyAsync(() -> mesh.revocations().revoke(identity(TestPlane.WEB, 20_000)));

            assertThat(bundle(ofWeb.receive()).getRevokedIdentities(0).getSpiffeId())
                    .as("told before its stream ends")
                    .isEqualTo(TestPlane.WEB.toString());
            assertThat(ofWeb.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            WatchResponse told = ofApi.receive();
            assertThat(answer).as("not acknowledged").isNotDone();
            ofApi.acknowledge(told.getNonce());

            RevokeResponse response = answer.get(20, TimeUnit.SECONDS);
            assertThat(response.getSpread().getAcknowledgedList()).containsExactly("shop/api");
            assertThat(response.getSpread().getCutOffList()).containsExactly("shop/web");
            assertThat(response.getSpread().getMissingList()).isEmpty();
            assertThat(Instant.ofEpochSecond(response.getRevocation().getExpires()))
                    .as("after the longest life")
                    .isBetween(
                            Instant.now().plus(Duration.ofDays(7)),
                            Instant.now().plus(Duration.ofDays(8)));

            TestWatch again = web.watch();
            again.hello("shop/web", Map.of());
            assertThat(again.end().getDescription()).contains("from before");
        }
    }

    @Test
    void namesWhoHasNotAcknowledgedInTime() throws Exception {
        try (TestClient api = mesh.client(TestPlane.API)) {
            TestWatch ofApi = watching(api, "shop/api");
            RevokeResponse response = mesh.revocations().revoke(serial("0b", 200));

            assertThat(ofApi.receive().getResourcesCount()).isEqualTo(1);
            assertThat(response.getSpread().getAcknowledgedList()).isEmpty();
            assertThat(response.getSpread().getMissingList())
                    .satisfiesExactly(
                            missing -> {
                                assertThat(missing.getWorkload()).isEqualTo("shop/api");
                                assertThat(missing.getReason()).contains("has not answered");
                            },
                            missing -> {
                                assertThat(missing.getWorkload()).isEqualTo("shop/web");
                                assertThat(missing.getReason()).contains("is not connected");
                            });
        }
    }
}
