package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.follow.Informers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows all objects of one kind by a list and a watch. A lost watch is opened again without limit; a watch that is
 * too old (410 Gone) begins with a new list. While the API server cannot be reached, no reported object is withdrawn.
 */
final class KindInformer implements AutoCloseable {

    /** Objects that are requested at a time. */
    private static final long PAGE = 500;

    /** Number of checks in a row that may find the watch lost before it is reported, if no failure is known. */
    private static final int LOOKS = 12;

    private final WatchedKind kind;
    private final Consumer<ApiEvent> events;
    private final SharedIndexInformer<? extends HasMetadata> informer;
    private final CompletableFuture<Void> listed = new CompletableFuture<>();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private volatile @Nullable Throwable failure;
    /** Number of checks in a row that found the watch lost. */
    private int away; // used by the one thread that calls isAway

    private KindInformer(
            WatchedKind kind, SharedIndexInformer<? extends HasMetadata> informer, Consumer<ApiEvent> events) {
        this.kind = kind;
        this.events = events;
        this.informer = informer;
    }

    static KindInformer of(WatchedKind kind, KubernetesClient client, Consumer<ApiEvent> events) {
        SharedIndexInformer<? extends HasMetadata> informer = informer(kind, client);
        KindInformer following = new KindInformer(kind, informer, events);
        Informers.listen(informer, following::tell, following::completed, following::failed);
        return following;
    }

    private static SharedIndexInformer<? extends HasMetadata> informer(WatchedKind kind, KubernetesClient client) {
        return switch (kind) {
            case NAMESPACE -> informer(client.namespaces(), Namespace::new);
            case POD -> informer(client.pods().inAnyNamespace(), Pod::new);
            case SERVICE -> informer(client.services().inAnyNamespace(), Service::new);
            // They are hardly more than their metadata: a list of the metadata alone would not be shorter.
            case SERVICE_ACCOUNT -> informer(client.serviceAccounts().inAnyNamespace(), ServiceAccount::new);
            case NODE -> informer(client.nodes(), Node::new);
            case AUTHORIZATION_POLICY, RATE_LIMIT, EGRESS_POLICY, WORKLOAD, HTTP_ROUTE, GRPC_ROUTE, REFERENCE_GRANT ->
                informer(
                        client.genericKubernetesResources(kind.context()).inAnyNamespace(),
                        GenericKubernetesResource::new);
            case TRUST_DOMAIN, REVOCATION ->
                informer(client.genericKubernetesResources(kind.context()), GenericKubernetesResource::new);
        };
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> informer(Informable<T> objects, Supplier<T> empty) {
        SharedIndexInformer<T> informer = objects.withLimit(PAGE).runnableInformer(0);
        return informer.removeNamespaceIndex().itemStore(new VersionStore<>(empty));
    }

    WatchedKind kind() {
        return kind;
    }

    /** Returns the objects that were reported and not deleted; they hold only their name, namespace and version. */
    List<HasMetadata> told() {
        return List.copyOf(informer.getStore().list());
    }

    void start() {
        CompletionStage<Void> _ = informer.start().whenComplete((_, cause) -> {
            if (cause != null) {
                failed(cause);
            }
        });
    }

    private void failed(Throwable cause) {
        failure = cause;
        answered.complete(null);
    }

    /** Completes when all objects that existed at the start have been reported. */
    CompletableFuture<Void> listed() {
        return listed;
    }

    /** Completes when all objects that existed at the start have been reported, or an attempt at that has failed. */
    CompletableFuture<Void> answered() {
        return answered;
    }

    /**
     * Returns why the last attempt to list or watch failed; empty if none has failed since the objects were last
     * reported.
     */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Whether the watch has been lost for more than a moment. Only one thread may call this. Where a proxy passes a
     * watch on as plain HTTP, the watch counts as open only from its first event, which takes a minute where nothing
     * happens.
     */
    boolean isAway() {
        if (isWatching()) {
            failure = null;
            away = 0;
            return false;
        }
        away++;
        return failure != null || away > LOOKS;
    }

    private boolean isWatching() {
        try {
            return informer.isWatching();
        } catch (NullPointerException _) {
            return false; // the client answers so before its first watch
        }
    }

    @Override
    public void close() {
        informer.stop();
    }

    private void tell(HasMetadata object, boolean gone) {
        UnreadParts.removeFrom(object);
        events.accept(new ApiEvent(kind, object, gone));
    }

    /** Called after the objects of the list were reported. */
    private void completed() {
        failure = null;
        listed.complete(null);
        answered.complete(null);
    }
}
