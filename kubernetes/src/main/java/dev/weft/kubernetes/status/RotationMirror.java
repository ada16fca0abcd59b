package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.lead.Leadership;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.kind.Kinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows each rotation as a Kubernetes object of the kind {@code Rotation}. The leader writes it once a second while
 * something changes. The object only shows the rotation: changing or deleting the object does not change the rotation.
 * The newest objects are kept, older ones are deleted.
 */
public final class RotationMirror implements AutoCloseable {

    /** Number of objects that are kept. */
    static final int KEPT = 10;

    static final ResourceDefinitionContext ROTATIONS = ApiKinds.of(Kinds.ROTATION);

    private static final Logger LOG = LoggerFactory.getLogger(RotationMirror.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/part-of", "weft", "app.kubernetes.io/managed-by", "weft");

    private final KubernetesClient client;
    private final Supplier<Optional<RotationStatus>> rotation;
    private final Leadership leadership;
    private final Clock clock;
    private final ScheduledExecutorService thread = Repetition.thread("rotation-objects");
    // The following fields belong to the thread alone.
    private Optional<RotationStatus> written = Optional.empty();
    private String problem = "";

    /** @param rotation returns the running rotation, or else the last one */
    public RotationMirror(
            KubernetesClient client, Supplier<Optional<RotationStatus>> rotation, Leadership leadership, Clock clock) {
        this.client = requireNonNull(client, "client");
        this.rotation = requireNonNull(rotation, "rotation");
        this.leadership = requireNonNull(leadership, "leadership");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Starts to write. It is called once. */
    public RotationMirror start() {
        var _ = Repetition.every(thread, LOOK, this::look);
        return this;
    }

    private void look() {
        try {
            if (!leadership.leads()) {
                written = Optional.empty(); // another replica leads and writes
                return;
            }
            Optional<RotationStatus> now = rotation.get();
            if (now.isPresent() && !now.equals(written) && write(now.get())) {
                written = now;
                problem = "";
            }
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(problem)) {
                problem = message;
                LOG.atWarn().log("the Rotation object cannot be written ({}): tried again", message);
            }
        }
    }

    /** Returns whether the status was written; false if another client wrote the object at the same moment. */
    private boolean write(RotationStatus rotating) {
        String name = RotationFields.name(rotating);
        @Nullable GenericKubernetesResource live = all().withName(name).get();
        if (live == null) {
            live = create(name, rotating);
            prune(name);
        }
        Map<String, Object> status = new HashMap<>(RotationFields.status(rotating));
        status.put(
                "conditions",
                Condition.fields(
                        RotationFields.conditions(rotating),
                        live,
                        Optional.ofNullable(live.getMetadata().getGeneration()),
                        clock.instant()));
        return StatusWriter.write(client, ROTATIONS, live, status);
    }

    private GenericKubernetesResource create(String name, RotationStatus rotating) {
        GenericKubernetesResource made = new GenericKubernetesResource();
        made.setApiVersion(Kinds.ROTATION.apiVersion());
        made.setKind(Kinds.ROTATION.kindName());
        made.setMetadata(
                new ObjectMetaBuilder().withName(name).withLabels(LABELS).build());
        made.setAdditionalProperty("spec", RotationFields.spec(rotating));
        return client.genericKubernetesResources(ROTATIONS).resource(made).create();
    }

    /** Deletes the oldest objects: the names are in the order of the rotations. */
    private void prune(String present) {
        List<String> names = all().withLabels(LABELS).list().getItems().stream()
                .map(each -> each.getMetadata().getName())
                .filter(name -> !name.equals(present))
                .sorted(Comparator.reverseOrder())
                .skip(KEPT - 1L)
                .toList();
        for (String name : names) {
            try {
                all().withName(name).delete();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
            }
        }
    }

    private MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            all() {
        return client.genericKubernetesResources(ROTATIONS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
