package dev.weft.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.attest.PodEvents;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.UnmeshedPod;
import dev.weft.mesh.model.ObjectName;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events on pods that should have a sidecar: on which, how often, and by whom. */
@Timeout(60)
@ExtendWith(MockApi.class)
@SuppressWarnings("NullAway.Init")
final class MissingSidecarEventsTest {

    private static final UnmeshedPod BARE = pod("bare", "uid-1");

    KubernetesClient client;

    private final AtomicInteger looks = new AtomicInteger();
    private volatile List<UnmeshedPod> missing = List.of();
    private volatile boolean leads = true;
    private MissingSidecarEvents running;

    private static UnmeshedPod pod(String name, String uid) {
        return new UnmeshedPod(new ObjectName("shop", name), uid, false);
    }

    private void start() {
        Leadership leadership = new Leadership() {
            @Override
            public boolean leads() {
                looks.incrementAndGet();
                return leads;
            }

            @Override
            public Optional<String> leader() {
                return Optional.empty();
            }

            @Override
            public void onChange(Runnable listener) {}
        };
        running = new MissingSidecarEvents(
                        () -> missing, new PodEvents(client, Duration.ofSeconds(20), Clock.systemUTC()), leadership)
                .start(Duration.ofMillis(10));
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private List<Event> written() {
        return client.v1().events().inNamespace("shop").list().getItems();
    }

    /** Waits until a look that began after this call has ended. */
    private void look() {
        int before = looks.get();
        Waiting.until(() -> looks.get() >= before + 2);
    }

    @Test
    void saysOnceOnThePodThatItShouldHaveASidecar() {
        missing = List.of(BARE);
        start();
        Waiting.until(() -> written().size() == 1);
        Event event = written().getFirst();
        assertThat(event.getReason()).isEqualTo("WeftSidecarMissing");
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getInvolvedObject().getName()).isEqualTo("bare");
        assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-1");
        assertThat(event.getMessage()).contains("kubectl rollout restart");
        look();
        assertThat(written()).hasSize(1);
        missing = List.of(pod("bare", "uid-2")); // created again, still without
        Waiting.until(() -> written().size() == 2);
    }

    @Test
    void onlyTheLeaderWrites() {
        leads = false;
        missing = List.of(BARE);
        start();
        look();
        assertThat(written()).isEmpty();
        leads = true;
        Waiting.until(() -> written().size() == 1);
    }
}
