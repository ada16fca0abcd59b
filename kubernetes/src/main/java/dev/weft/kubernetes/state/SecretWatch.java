package dev.weft.kubernetes.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.kubernetes.follow.Informers;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.FolderListeners;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks for changes of Secrets. The API server is watched from the first follower on, as long as the client is
 * open. A follower is called twice for a change of this process: at once, and by the API server's watch.
 */
final class SecretWatch {

    private final KubernetesClient client;
    private final String namespace;
    private final Look look;
    private final FolderListeners followers = new FolderListeners();

    @GuardedBy("this")
    private @Nullable SharedIndexInformer<Secret> informer;

    /** Is told of each change that the API server reports. */
    @FunctionalInterface
    interface Look {
        /** Called after a change of an entry's Secret, or its deletion ({@code gone}). */
        void at(String entry, boolean gone);
    }

    SecretWatch(KubernetesClient client, String namespace, Look look) {
        this.client = client;
        this.namespace = namespace;
        this.look = look;
    }

    Entry.Watch follow(String folder, Consumer<String> changed) {
        Entry.Watch following = followers.follow(folder, changed);
        start();
        return following;
    }

    private synchronized void start() {
        if (informer != null) {
            return;
        }
        SharedIndexInformer<Secret> started = client.secrets()
                .inNamespace(namespace)
                .withLabels(KubernetesStore.LABELS)
                .runnableInformer(0);
        informer = started;
        Informers.start(started, "secrets", this::changed);
    }

    /** Calls the callbacks for an entry that this process has written. */
    void written(String entry) {
        followers.changed(entry);
    }

    private void changed(Secret secret, boolean gone) {
        String entry = KubernetesStore.entryOf(secret);
        followers.changed(entry);
        look.at(entry, gone);
    }
}
