package dev.weft.kubernetes.attest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Calls the API server, each call once and with a short timeout. Exceptions of its client do not leave this class,
 * because they may quote a request. Safe for use by many threads.
 */
final class ApiServer {

    private static final int FORBIDDEN = 403;

    private final KubernetesClient client;

    ApiServer(KubernetesClient client, Duration timeout) {
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build();
        this.client = client.newClient(once).adapt(KubernetesClient.class);
    }

    /** Thrown if the API server did not answer. The message may be shown to anyone. */
    static final class UnansweredException extends Exception {
        private UnansweredException(String message) {
            super(message);
        }
    }

    /**
     * Returns the answer to a call; empty if there is no such object.
     *
     * @throws InterruptedException if the thread is interrupted during the call
     */
    <T> Optional<T> ask(Function<KubernetesClient, T> call) throws UnansweredException, InterruptedException {
        try {
            return Optional.ofNullable(call.apply(client));
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while the API server was asked");
            }
            throw new UnansweredException(why(e.getCode()));
        }
    }

    /** @param code HTTP status; not positive if there was no answer */
    private static String why(int code) {
        if (code <= 0) {
            return "the API server does not answer";
        }
        return code == FORBIDDEN
                ? "the API server does not let the control plane ask (HTTP 403: its ClusterRole)"
                : "the API server answers HTTP " + code;
    }
}
