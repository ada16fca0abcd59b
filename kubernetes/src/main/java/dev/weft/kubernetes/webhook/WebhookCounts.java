package dev.weft.kubernetes.webhook;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import java.util.Optional;

/** Counts connections to the webhook by their result. Nothing is counted before {@link #register}. */
final class WebhookCounts {

    private volatile Optional<Counter> requests = Optional.empty();

    /** Adds the counter to these metrics; counting starts now. */
    void register(Metrics metrics) {
        requests = Optional.of(metrics.counter(
                        "weft_control_webhook_requests_total", "Connections to the webhook, by result.", "result")
                .zero("injected")
                .zero("left")
                .zero("refused"));
    }

    void count(String result) {
        requests.ifPresent(counter -> counter.increment(result));
    }
}
