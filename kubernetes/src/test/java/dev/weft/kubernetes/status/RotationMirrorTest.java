package dev.weft.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rotations as objects. */
@ExtendWith(MockApi.class)
final class RotationMirrorTest {

    private static final long START = 1_700_000_000L;
    private static final String NAME = "20231114-221320-anchor-1a2b3c4d";

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    private final AtomicReference<Optional<RotationStatus>> rotation = new AtomicReference<>(Optional.empty());

    @Test
    void aRotationIsAnObjectThatSaysItsStepAndWhomItWaitsFor() {
        RotationStatus.Builder status =
                rotating().setStep(RotationStep.ROTATION_STEP_PUBLISH).setTotal(12);
        for (int i = 10; i < 22; i++) {
            status.addWaitingFor(
                    Awaited.newBuilder().setWorkload("shop/web-" + i).setReason("it is frozen"));
        }
        rotation.set(Optional.of(status.build()));
        try (RotationMirror _ = start()) {
            Waiting.until(() -> statusOf(NAME).containsKey("step"));
            assertThat(live(NAME).orElseThrow().getAdditionalProperties().get("spec"))
                    .isEqualTo(Map.of("authority", "Anchor", "emergency", false));
            assertThat(statusOf(NAME))
                    .containsEntry("step", "Publish")
                    .containsEntry("progress", "0/12")
                    .containsEntry("waitingCount", 12);
            assertThat((List<?>) statusOf(NAME).get("waitingFor"))
                    .hasSize(10)
                    .first()
                    .isEqualTo(Map.of("name", "shop/web-10", "reason", "it is frozen"));
            assertThat(condition("Complete")).containsEntry("status", "False").containsEntry("reason", "Publish");

            rotation.set(Optional.of(rotating()
                    .setStep(RotationStep.ROTATION_STEP_DONE)
                    .setFinished(true)
                    .setFinishedAt(START + 9)
                    .build()));
            Waiting.until(() -> "True".equals(condition("Complete").get("status")));
            assertThat(condition("Finished")).containsEntry("status", "True");
            assertThat(statusOf(NAME)).containsEntry("finishedAt", "2023-11-14T22:13:29Z");
        }
    }

    @Test
    void oneThatIsRolledBackIsFinishedAndNotComplete() {
        rotation.set(Optional.of(rotating()
                .setStep(RotationStep.ROTATION_STEP_ROLLED_BACK)
                .setFinished(true)
                .setObstacle("")
                .build()));
        try (RotationMirror _ = start()) {
            Waiting.until(() -> "True".equals(condition("Finished").get("status")));
            assertThat(condition("Complete")).containsEntry("status", "False").containsEntry("reason", "RolledBack");
        }
    }

    @Test
    void anObjectThatSomebodyDeletedIsThereAgainWhenTheRotationGoesOn() {
        rotation.set(Optional.of(
                rotating().setStep(RotationStep.ROTATION_STEP_PUBLISH).build()));
        try (RotationMirror _ = start()) {
            Waiting.until(() -> live(NAME).isPresent());
            client.genericKubernetesResources(RotationMirror.ROTATIONS)
                    .withName(NAME)
                    .delete();
            rotation.set(Optional.of(rotating()
                    .setStep(RotationStep.ROTATION_STEP_REISSUE)
                    .setObstacle("a file cannot be written")
                    .build()));
            Waiting.until(() -> "Reissue".equals(statusOf(NAME).get("step")));
            assertThat(condition("Blocked"))
                    .containsEntry("status", "True")
                    .containsEntry("message", "a file cannot be written");
        }
    }

    @Test
    void onlyTheNewestAreKept() {
        try (RotationMirror _ = start()) {
            rotation.set(Optional.of(rotating().build()));
            Waiting.until(() -> statusOf(NAME).containsKey("step"));
            for (int i = 1; i <= RotationMirror.KEPT; i++) {
                alsoThere(RotationFields.name(rotating().setStartedAt(START + i).build()));
            }
            RotationStatus newest =
                    rotating().setStartedAt(START + RotationMirror.KEPT + 1).build();
            rotation.set(Optional.of(newest));
            Waiting.until(() -> statusOf(RotationFields.name(newest)).containsKey("step"));
            Waiting.until(() -> client.genericKubernetesResources(RotationMirror.ROTATIONS)
                            .list()
                            .getItems()
                            .size()
                    == RotationMirror.KEPT);
            assertThat(live(NAME)).as("the eldest").isEmpty();
        }
    }

    /** An object of a former rotation, as the mirror has written it. */
    private void alsoThere(String name) {
        GenericKubernetesResource former = live(NAME).orElseThrow();
        former.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withLabels(former.getMetadata().getLabels())
                .build());
        client.genericKubernetesResources(RotationMirror.ROTATIONS)
                .resource(former)
                .create();
    }

    private RotationMirror start() {
        return new RotationMirror(client, rotation::get, Leadership.ALONE, Clock.systemUTC()).start();
    }

    private static RotationStatus.Builder rotating() {
        return RotationStatus.newBuilder()
                .setId("1a2b3c4d-0000-0000-0000-000000000000")
                .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                .setStep(RotationStep.ROTATION_STEP_PUBLISH)
                .addPlan(RotationStep.ROTATION_STEP_PUBLISH)
                .setStartedAt(START)
                .setStepSince(START + 1);
    }

    private Optional<GenericKubernetesResource> live(String name) {
        return Optional.ofNullable(client.genericKubernetesResources(RotationMirror.ROTATIONS)
                .withName(name)
                .get());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> statusOf(String name) {
        return (Map<String, Object>) live(name)
                .map(object -> object.getAdditionalProperties().get("status"))
                .orElse(Map.of());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> condition(String type) {
        List<Map<String, Object>> conditions =
                (List<Map<String, Object>>) statusOf(NAME).getOrDefault("conditions", List.of());
        return conditions.stream()
                .filter(each -> type.equals(each.get("type")))
                .findFirst()
                .orElse(Map.of());
    }
}
