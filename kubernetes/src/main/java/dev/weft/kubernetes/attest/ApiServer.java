package dev.weft.kubernetes.attest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Calls of the API server, each once and for a short time only. What its client throws goes no further than this class, as it
 * may quote a request. Safe for use by many threads.
 */
final class ApiServer {

    private static final int FORBIDDEN = 403;

    private final KubernetesClient client;

    /** @param timeout of each call */
    ApiServer(KubernetesClient client, Duration timeout) {
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build();
        this.client = client.newClient(once).adapt(KubernetesClient.class);
    }

    /** What became of a call. */
    sealed interface Answer<T> {
        /** An answer; empty where there is no such object. */
        record Given<T>(Optional<T> value) implements Answer<T> {}

        /** No answer; why is fit to be told to anyone. */
        record Missing<T>(String why) implements Answer<T> {}
    }

    /** @throws InterruptedException if the thread is interrupted meanwhile */
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

    /** @param code of HTTP; not positive where there is none */
    private static String why(int code) {
        if (code <= 0) {
            return "the API server does not answer";
        }
        return code == FORBIDDEN
                ? "the API server does not let the control plane ask (HTTP 403: its ClusterRole)"
                : "the API server answers HTTP " + code;
    }
}
