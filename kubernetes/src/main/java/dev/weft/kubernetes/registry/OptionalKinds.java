package dev.weft.kubernetes.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.registry.LoadError;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of kinds that not every API server has, for as long as the API server has them. The API server is
 * asked at the start, and then twice a minute.
 */
final class OptionalKinds implements AutoCloseable {

    /** Checks between two questions to the API server. */
    private static final int LOOKS = 6;

    /** The longest time that the start waits for these kinds: a mesh that needs none of them must not wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final Consumer<ApiEvent> events;

    @GuardedBy("this")
    private final Map<WatchedKind, KindInformer> followed = new EnumMap<>(WatchedKind.class);

    @GuardedBy("this")
    private final Map<WatchedKind, KubernetesClientException> refused = new EnumMap<>(WatchedKind.class);

    @GuardedBy("this")
    private final Set<WatchedKind> missed = EnumSet.noneOf(WatchedKind.class);

    private final AtomicBoolean asking = new AtomicBoolean();

    @GuardedBy("this")
    private boolean closed;

    private int looks; // used by the one thread that calls look

    OptionalKinds(KubernetesClient client, Consumer<ApiEvent> events) {
        this.client = client;
        this.events = events;
    }

    /** Returns when all existing objects have been reported, or after this duration. */
    void start(Duration patience) throws InterruptedException {
        Duration bounded = patience.compareTo(PATIENCE) > 0 ? PATIENCE : patience;
        for (long asked = 0; !ask() && asked < bounded.toSeconds(); asked++) {
            Thread.sleep(BETWEEN_QUESTIONS);
        }
        try {
            CompletableFuture.allOf(
                            following().stream().map(KindInformer::listed).toArray(CompletableFuture[]::new))
                    .get(bounded.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // The objects are reported once they are listed; until then, errors say that they are missing.
        }
    }

    /**
     * Asks the API server again if it is time, and returns the kinds that cannot be followed now. Only one thread may
     * call this; it does not wait for the answer.
     */
    List<LoadError> look() {
        looks = (looks + 1) % LOOKS;
        if (looks == 0 && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("optional-kinds").start(() -> {
                try {
                    ask();
                } finally {
                    asking.set(false);
                }
            });
        }
        return Stream.concat(
                        following().stream().filter(KindInformer::isAway).map(KindInformers::away),
                        refusedKinds().stream())
                .toList();
    }

    private synchronized List<KindInformer> following() {
        return List.copyOf(followed.values());
    }

    private synchronized List<LoadError> refusedKinds() {
        return refused.entrySet().stream()
                .map(entry -> KindInformers.notHeard(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Asks about each kind, and returns whether the API server has answered about all of them. */
    private boolean ask() {
        boolean answered = true;
        for (WatchedKind kind : WatchedKind.values()) {
            answered &= !kind.optional() || ask(kind);
        }
        return answered;
    }

    private boolean ask(WatchedKind kind) {
        try {
            var _ = client.genericKubernetesResources(kind.context())
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder().withLimit(1L).build());
        } catch (KubernetesClientException e) {
            boolean absent = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
            boolean forbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
            refused(kind, absent || (!forbidden && isFollowed(kind)) ? null : e);
            if (absent) {
                miss(kind);
            }
            return absent || forbidden;
        }
        refused(kind, null);
        follow(kind);
        return true;
    }

    /** Whether a kind is followed; then a lost watch already shows the failure. */
    private synchronized boolean isFollowed(WatchedKind kind) {
        return followed.containsKey(kind);
    }

    private synchronized void refused(WatchedKind kind, @Nullable KubernetesClientException refusal) {
        if (refusal == null) {
            refused.remove(kind);
        } else {
            refused.put(kind, refusal);
        }
    }

    private synchronized void follow(WatchedKind kind) {
        missed.remove(kind);
        if (!closed && !followed.containsKey(kind)) {
            KindInformer following = KindInformer.of(kind, client, events);
            followed.put(kind, following);
            following.start();
        }
    }

    /**
     * Stops following a kind at the second such answer in a row: an API server in trouble may say once that it does not
     * have it.
     */
    private synchronized void miss(WatchedKind kind) {
        KindInformer following = missed.add(kind) ? null : followed.remove(kind);
        if (following != null) {
            following.close();
            // Usually the watch has reported each deletion, but not if it was lost, or the kind remains in other
            // versions only.
            following.told().forEach(object -> events.accept(new ApiEvent(kind, object, true)));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        followed.values().forEach(KindInformer::close);
    }
}
