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

    /** @param timeout timeout of each call */
    ApiServer(KubernetesClient client, Duration timeout) {
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build();
        this.client = client.newClient(once).adapt(KubernetesClient.class);
    }

    /** The result of a call. */
    sealed interface Answer<T> {
        /** The API server answered; the value is empty if there is no such object. */
        record Given<T>(Optional<T> value) implements Answer<T> {}

        /** The API server did not answer; the reason may be shown to anyone. */
        record Missing<T>(String why) implements Answer<T> {}
    }

    /** @throws InterruptedException if the thread is interrupted during the call */
    <T> Answer<T> ask(Function<KubernetesClient, T> call) throws InterruptedException {
        try {
            return new Answer.Given<>(Optional.ofNullable(call.apply(client)));
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while the API server was asked");
            }
            return new Answer.Missing<>(why(e.getCode()));
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
