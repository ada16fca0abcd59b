package dev.weft.kubernetes.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.SettableClock;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events on pods that get no certificate: what they say, and how many there are. */
@Timeout(60)
@ExtendWith(MockApi.class)
final class PodEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00.5Z");

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private RefusalEvents events;

    private final SettableClock clock = new SettableClock(NOW);

    @BeforeEach
    void start() {
        events = new RefusalEvents(new PodEvents(client, Duration.ofSeconds(30), clock), clock);
    }

    private static WorkloadRefusal refusal(String pod, boolean temporary) {
        return new WorkloadRefusal(
                new WorkloadClaims(
                        "shop", "web", pod, "uid-" + pod.length() + pod.charAt(pod.length() - 1), Optional.empty()),
                "WEFT-C038",
                "the identity is revoked",
                temporary);
    }

    private List<Event> written() {
        return client.v1().events().inNamespace("shop").list().getItems();
    }

    @Test
    void saysOnThePodWhyItGetsNoCertificate() {
        events.refused(refusal("web-1", false));
        Waiting.until(() -> written().size() == 1);
        Event event = written().getFirst();
        assertThat(event.getReason()).isEqualTo("WeftCertificateRefused");
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getMessage()).isEqualTo("WEFT-C038: the identity is revoked");
        assertThat(event.getInvolvedObject().getKind()).isEqualTo("Pod");
        assertThat(event.getInvolvedObject().getName()).isEqualTo("web-1");
        assertThat(event.getInvolvedObject().getNamespace()).isEqualTo("shop");
        assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-51");
        assertThat(event.getLastTimestamp()).isEqualTo("2026-11-27T12:00:00Z");
    }

    @Test
    void leavesOutOfOnePodWhatIsTooMuchAndOfNoOther() {
        for (int i = 0; i < 20; i++) {
            events.refused(refusal("web-1", false));
            int wanted = Math.min(i + 1, 2);
            Waiting.until(() -> written().size() == wanted);
        }
        events.refused(refusal("web-2", false));
        Waiting.until(() -> written().size() == 3);
        assertThat(written())
                .extracting(event -> event.getInvolvedObject().getName())
                .containsExactlyInAnyOrder("web-1", "web-1", "web-2");
    }

    @Test
    void saysNothingOfARefusalThatPassesByItselfUntilItDoesNot() {
        events.refused(refusal("web-1", true));
        events.refused(refusal("web-1", true));
        events.refused(refusal("web-2", false));
        Waiting.until(() -> written().size() == 1);
        events.refused(refusal("web-1", true));
        Waiting.until(() -> written().size() == 2);
        assertThat(written())
                .extracting(event -> event.getInvolvedObject().getName())
                .containsExactlyInAnyOrder("web-1", "web-2");
    }

    /** What came in between was a success. */
    @Test
    void aRowOfRefusalsEndsWhenThePodIsNotRefusedForLong() {
        events.refused(refusal("web-1", true));
        events.refused(refusal("web-1", true));
        clock.set(NOW.plus(RefusalEvents.END_OF_ROW).plusSeconds(1));
        events.refused(refusal("web-1", true));
        events.refused(refusal("web-2", false));
        Waiting.until(() -> written().size() == 1);
        assertThat(written().getFirst().getInvolvedObject().getName()).isEqualTo("web-2");
    }

    @Test
    void whatIsDroppedBecauseOthersAreUnderWayDoesNotCountForItsPod() throws Exception {
        PodEvents busy = new PodEvents(new ApiServer(client, Duration.ofSeconds(30)), 0, clock);
        for (int i = 0; i < 10; i++) {
            busy.offer(warning("web"));
        }
        assertThat(busy.write(warning("web"))).isTrue();
        assertThat(busy.write(warning("web"))).isTrue();
        assertThat(written()).hasSize(2);
    }

    @Test
    void whatTheLimitOfAllPodsRefusesDoesNotCountForItsPod() throws Exception {
        PodEvents all = new PodEvents(client, Duration.ofSeconds(30), clock);
        for (int i = 0; i < 50; i++) {
            assertThat(all.write(warning("other-" + i))).isTrue();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(all.write(warning("web"))).isFalse();
        }
        clock.set(NOW.plusSeconds(2));
        assertThat(all.write(warning("web"))).isTrue();
        assertThat(all.write(warning("web"))).isTrue();
    }

    private static PodEvents.Warning warning(String pod) {
        return new PodEvents.Warning("shop", pod, "uid-" + pod, "WeftTest", "for a test");
    }

    @Test
    void namesAnEventOfAPodWithALongName() {
        events.refused(refusal("a" + ".b-c".repeat(60), false));
        Waiting.until(() -> written().size() == 1);
        assertThat(written().getFirst().getMetadata().getName())
                .hasSizeLessThanOrEqualTo(253)
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    }
}
