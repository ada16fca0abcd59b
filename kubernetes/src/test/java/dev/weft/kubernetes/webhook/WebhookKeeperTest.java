package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.MemoryStore;
import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The thread that keeps the webhook's certificate. */
@ExtendWith(MockApi.class)
final class WebhookKeeperTest {

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    /** Fails when it is asked for the first time. */
    private static final class Failing implements Leadership {

        private final AtomicInteger asked = new AtomicInteger();
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

        @Override
        public boolean leads() {
            if (asked.getAndIncrement() == 0) {
                throw new UnsupportedOperationException("the first time");
            }
            return true;
        }

        @Override
        public Optional<String> leader() {
            return Optional.empty();
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
        }
    }

    @Test
    void survivesWhateverKeepingThrows() throws Exception {
        Failing leadership = new Failing();
        WebhookSettings settings = new WebhookSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Samples.settings(), Duration.ofDays(365));
        try (Webhook webhook = Webhook.start(settings, client, new MemoryStore(), leadership, Clock.systemUTC())) {
            Waiting.until("the failure", () -> leadership.asked.get() > 0);
            leadership.listeners.forEach(Runnable::run);
            Waiting.until("a certificate", () -> webhook.problems().isEmpty());
            assertThat(leadership.asked.get()).isGreaterThan(1);
        }
    }
}
