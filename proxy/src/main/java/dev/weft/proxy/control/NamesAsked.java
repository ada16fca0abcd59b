package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.Unsubscribe;
import dev.weft.api.v1.WatchRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The names subscribed to. A control plane that knows nothing of names ends the stream of who subscribes to one, so nothing is asked
 * before it has told which names there are, on this very stream. Belongs to the event loop.
 */
final class NamesAsked {
    private final Consumer<WatchRequest> send;
    private final Set<String> subscribed = new HashSet<>();
    private boolean served;

    NamesAsked(Consumer<WatchRequest> send) {
        this.send = send;
    }

    /** Another stream. */
    void opened() {
        served = false;
    }

    /** What was told on the stream, and is in the snapshot by now. */
    void told(List<Resource> resources, MeshSnapshot snapshot) {
        if (served || resources.stream().noneMatch(Resource::hasMeshNames)) {
            return;
        }
        served = true;
        List<String> unanswered = subscribed.stream()
                .filter(name -> !snapshot.names().containsKey(name))
                .toList();
        if (!unanswered.isEmpty()) {
            send.accept(WatchRequest.newBuilder()
                    .setSubscribe(Subscribe.newBuilder().addAllNames(unanswered))
                    .build());
        }
    }

    boolean contains(String name) {
        return subscribed.contains(name);
    }

    void add(String name) {
        if (subscribed.add(name) && served) {
            send.accept(WatchRequest.newBuilder()
                    .setSubscribe(Subscribe.newBuilder().addNames(name))
                    .build());
        }
    }

    /** Whether it was there. */
    boolean remove(String name) {
        boolean was = subscribed.remove(name);
        if (was && served) {
            send.accept(WatchRequest.newBuilder()
                    .setUnsubscribe(Unsubscribe.newBuilder().addNames(name))
                    .build());
        }
        return was;
    }
}
