package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.attest.PodEvents;
import dev.weft.kubernetes.registry.UnmeshedPod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes an Event on each pod that should have a sidecar but has none, once for each pod. A dedicated thread looks every
 * few seconds, on the replica that leads; the next leader may write an Event again.
 */
public final class MissingSidecarEvents implements AutoCloseable {

    /** The reason of these Events. */
    static final String REASON = "WeftSidecarMissing";

    static final Duration LOOK = Duration.ofSeconds(5);

    private static final String MESSAGE =
            "This pod should have a sidecar of Weft, but was created while nothing injected one. It is not in the mesh:"
                    + " it calls and is called in plaintext. Create it again, for example with 'kubectl rollout restart'";
    /** Most Events of one look; the other pods wait for the next one. */
    private static final int MAX_WRITES = 20;

    private final Supplier<List<UnmeshedPod>> missing;
    private final PodEvents events;
    private final Leadership leadership;
    private final ScheduledExecutorService thread;
    /** UIDs of the pods that have their Event. Belongs to the thread alone. */
    private final Set<String> told = new HashSet<>();

    /** Creates a writer of Events on the pods that lack their sidecar, for the replica that leads. */
    public MissingSidecarEvents(Supplier<List<UnmeshedPod>> missing, PodEvents events, Leadership leadership) {
        this.missing = requireNonNull(missing, "missing");
        this.events = requireNonNull(events, "events");
        this.leadership = requireNonNull(leadership, "leadership");
        this.thread = Repetition.thread("missing-sidecars");
    }

    /** Starts to look. It is called once. */
    public MissingSidecarEvents start() {
        return start(LOOK);
    }

    MissingSidecarEvents start(Duration look) {
        Future<?> _ = Repetition.every(thread, look, this::look);
        return this;
    }

    private void look() {
        try {
            if (leadership.leads()) {
                tell(missing.get());
            } else {
                told.clear(); // another replica leads and writes
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<UnmeshedPod> pods) throws InterruptedException {
        told.retainAll(pods.stream().map(UnmeshedPod::uid).collect(Collectors.toSet()));
        int written = 0;
        for (UnmeshedPod pod : pods) {
            if (written == MAX_WRITES) {
                return;
            }
            if (!told.contains(pod.uid()) && events.write(warning(pod))) {
                told.add(pod.uid());
                written++;
            }
        }
    }

    private static PodEvents.Warning warning(UnmeshedPod pod) {
        return new PodEvents.Warning(pod.name().namespace(), pod.name().name(), pod.uid(), REASON, MESSAGE);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
