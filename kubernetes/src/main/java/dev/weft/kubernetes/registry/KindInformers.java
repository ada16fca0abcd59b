package dev.weft.kubernetes.registry;

import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Follows the objects of all kinds. */
final class KindInformers implements AutoCloseable {

    private final List<KindInformer> all;
    private final OptionalKinds optional;

    KindInformers(KubernetesClient client, Consumer<ApiEvent> events) {
        optional = new OptionalKinds(client, events);
        all = Arrays.stream(WatchedKind.values())
                .filter(kind -> !kind.optional())
                .map(kind -> KindInformer.of(kind, client, events))
                .toList();
    }

    /**
     * Starts, and returns when all existing objects of the kinds that are awaited have been reported.
     *
     * @param brief how long to wait for the kinds that are awaited only briefly, if they are not refused
     * @throws IOException if that takes longer than this duration; the message names a kind that cannot be listed, and
     *     why
     */
    void start(Duration patience, Duration brief) throws IOException {
        all.forEach(KindInformer::start);
        try {
            CompletableFuture.allOf(awaited().map(KindInformer::listed).toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            optional.start(patience);
            awaitBriefly(brief);
        } catch (TimeoutException | ExecutionException _) {
            throw awaited()
                    .filter(following -> !following.listed().isDone())
                    // One that was refused says more than one that is slow.
                    .min(Comparator.comparing(following -> following.failure().isEmpty()))
                    .map(following -> notListed(following, patience))
                    .orElseGet(() -> new IOException("the Kubernetes API cannot be followed"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the Kubernetes API had listed all objects");
        }
    }

    private void awaitBriefly(Duration brief) throws InterruptedException {
        try {
            CompletableFuture.allOf(all.stream()
                            .filter(following -> following.kind().awaitedBriefly())
                            .map(KindInformer::answered)
                            .toArray(CompletableFuture[]::new))
                    .get(brief.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // What they say is applied once they are listed.
        }
    }

    private Stream<KindInformer> awaited() {
        return all.stream().filter(following -> following.kind().awaited());
    }

    boolean accountsListed() {
        return all.stream()
                .filter(following -> following.kind() == WatchedKind.SERVICE_ACCOUNT)
                .allMatch(following -> following.listed().isDone());
    }

    private static IOException notListed(KindInformer following, Duration patience) {
        WatchedKind kind = following.kind();
        String reason = following.failure().map(KindInformers::message).orElse("no answer");
        return new IOException(
                "WEFT-K021: " + kind.resource() + " could not be listed for " + patience.toSeconds() + " s: " + reason
                        + " (expected: the API server answers, has the kind " + kind.word()
                        + ", and allows the control plane's ServiceAccount to list and watch " + kind.resource()
                        + (kind.namespaced() ? " in all namespaces)" : ")"),
                following.failure().orElse(null));
    }

    /** Returns the kinds that cannot be followed now, as errors. Only one thread may call this. */
    List<LoadError> look() {
        return Stream.concat(
                        all.stream().filter(KindInformer::isAway).map(KindInformers::away), optional.look().stream())
                .toList();
    }

    static LoadError away(KindInformer following) {
        return notHeard(following.kind(), following.failure().orElse(null));
    }

    /** @param cause why the watch failed; null if that is not known */
    static LoadError notHeard(WatchedKind kind, @Nullable Throwable cause) {
        return new LoadError(
                Source.of(Errors.PLACE + ": " + kind.resource()),
                "WEFT-K022: changes are not received for now; the known objects stay in force, and the control plane tries again"
                        + (cause == null ? "" : ": " + message(cause)));
    }

    /** Returns the message of the API server if there is one, else the outermost exception. */
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
        all.forEach(KindInformer::close);
        optional.close();
    }
}
