package dev.weft.kubernetes.follow;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts informers that try again whenever the API server refuses or ends their watch. */
public final class Informers {

    private static final Logger LOG = LoggerFactory.getLogger(Informers.class);

    private Informers() {}

    /** Receives the changes of objects. */
    @FunctionalInterface
    public interface Listener<T> {

        /** Called after an object was added, changed or deleted ({@code gone}). */
        void changed(T object, boolean gone);
    }

    /**
     * Starts an informer.
     *
     * @param objects what it follows, as the log names it
     * @param listener is called on the informer's threads
     */
    public static <T> void start(SharedIndexInformer<T> informer, String objects, Listener<T> listener) {
        start(informer, objects, listener, () -> {});
    }

    /**
     * Starts an informer.
     *
     * @param listed is called when the objects that existed at the start have been reported
     * @see #start(SharedIndexInformer, String, Listener)
     */
    public static <T> void start(
            SharedIndexInformer<T> informer, String objects, Listener<T> listener, Runnable listed) {
        listen(
                informer,
                listener,
                listed,
                cause -> LOG.atWarn().log("{} cannot be followed ({}): tried again", objects, cause.getMessage()));
        var _ = informer.start();
    }

    /**
     * Sets what an informer calls once it is started.
     *
     * @param failed takes why a list or a watch failed; the informer tries again
     */
    public static <T> void listen(
            SharedIndexInformer<T> informer,
            Listener<? super T> listener,
            Runnable listed,
            Consumer<Throwable> failed) {
        informer.exceptionHandler((_, cause) -> {
            failed.accept(cause);
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onList(String resourceVersion, boolean remainedEmpty) {
                listed.run();
            }

            @Override
            public void onAdd(T object) {
                listener.changed(object, false);
            }

            @Override
            public void onUpdate(T before, T now) {
                listener.changed(now, false);
            }

            @Override
            public void onDelete(T object, boolean unknownFinalState) {
                listener.changed(object, true);
            }
        });
    }
}
