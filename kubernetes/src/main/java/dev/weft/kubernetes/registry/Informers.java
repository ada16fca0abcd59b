package dev.weft.kubernetes.registry;

import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Follows the objects of all kinds. */
final class Informers implements AutoCloseable {

    private final List<Following> all;

    Informers(KubernetesClient client, Consumer<ApiEvent> events) {
        all = Arrays.stream(Kind.values())
                .map(kind -> Following.of(kind, client, events))
                .toList();
    }

    /**
     * Starts, and returns when all that is there has been told.
     *
     * @throws IOException if that takes longer than this; the message names a kind that cannot be listed, and why
     */
    void start(Duration patience) throws IOException {
        all.forEach(Following::start);
        try {
            CompletableFuture.allOf(all.stream().map(Following::listed).toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            throw all.stream()
                    .filter(following -> !following.listed().isDone())
                    .findFirst()
                    .map(following -> notListed(following, patience))
                    .orElseGet(() -> new IOException("the Kubernetes API cannot be followed"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the Kubernetes API had told all objects");
        }
    }

    private static IOException notListed(Following following, Duration patience) {
        Kind kind = following.kind();
        String reason = following.failure().map(Informers::message).orElse("no answer");
        return new IOException(
                "WEFT-K021: " + kind.resource() + " could not be listed for " + patience.toSeconds() + " s: " + reason
                        + " (expected: the API server answers, has the kind " + kind.word()
                        + ", and allows the control plane's ServiceAccount to list and watch " + kind.resource()
                        + (kind.namespaced() ? " in all namespaces)" : ")"),
                following.failure().orElse(null));
    }

    /** What cannot be followed now. One thread alone looks. */
    List<LoadError> look() {
        return all.stream()
                .filter(Following::isAway)
                .map(following -> new LoadError(
                        Source.of(Errors.PLACE + ": " + following.kind().resource()),
                        "WEFT-K022: changes are not heard of for now; what is known stays in force, and it is tried again"
                                + following
                                        .failure()
                                        .map(cause -> ": " + message(cause))
                                        .orElse("")))
                .toList();
    }

    /** What the API server says, if it says something. */
    private static String message(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof KubernetesClientException refusal
                    && refusal.getStatus() != null
                    && refusal.getStatus().getMessage() != null) {
                return refusal.getCode() + " " + refusal.getStatus().getMessage();
            }
        }
        return cause.toString();
    }

    @Override
    public void close() {
        all.forEach(Following::close);
    }
}
