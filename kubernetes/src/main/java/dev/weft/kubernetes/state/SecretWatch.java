package dev.weft.kubernetes.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.FolderListeners;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callbacks for changes of Secrets. The API server is watched from the first follower on, as long as the client is
 * open. A follower is called twice for a change of this process: at once, and by the API server's watch.
 */
final class SecretWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SecretWatch.class);

    private final KubernetesClient client;
    private final String namespace;
    private final Look look;
    private final FolderListeners followers = new FolderListeners();

    @GuardedBy("this")
    private @Nullable SharedIndexInformer<Secret> informer;

    /** Is told of each change that the API server reports. */
    @FunctionalInterface
    interface Look {
        /**
         * Called after a change of an entry's Secret.
         *
         * @param gone whether it was deleted
         */
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
        started.exceptionHandler((_, cause) -> {
            LOG.atWarn().log("secrets cannot be followed ({}): tried again", cause.getMessage());
            return true;
        });
        started.addEventHandler(new Told());
        started.start();
    }

    /** Calls the callbacks for an entry that this process has written. */
    void written(String entry) {
        followers.changed(entry);
    }

    private final class Told implements ResourceEventHandler<Secret> {

        @Override
        public void onAdd(Secret secret) {
            told(secret, false);
        }

        @Override
        public void onUpdate(Secret before, Secret now) {
            told(now, false);
        }

        @Override
        public void onDelete(Secret secret, boolean unknownFinalState) {
            told(secret, true);
        }

        private void told(Secret secret, boolean gone) {
            String entry = KubernetesStore.entryOf(secret);
            followers.changed(entry);
            look.at(entry, gone);
        }
    }
}
