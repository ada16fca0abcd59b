package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.Unsubscribe;
import dev.weft.api.v1.WatchRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The destinations and names subscribed to. A control plane that knows nothing of names ends the stream of a sidecar that
 * subscribes to one. So names are asked for only after it has told, on this stream, which names there are. Belongs to the event
 * loop.
 */
final class Subscribed {
    private final Consumer<WatchRequest> send;
    private final Set<ResourceName> names = new HashSet<>();
    private boolean servesNames;

    /** @param send to the control plane; does nothing while there is no stream */
    Subscribed(Consumer<WatchRequest> send) {
        this.send = send;
    }

    /** There is another stream. Returns what to ask for as it begins: destinations that are not held. */
    List<ResourceName> opened(Predicate<ResourceName> held) {
        servesNames = false;
        return names.stream().filter(this::isServed).filter(held.negate()).toList();
    }

    /** Was told on the stream. Names that are not held are asked for once the control plane has shown that it serves names. */
    void told(List<Resource> resources, Predicate<ResourceName> held) {
        if (servesNames || resources.stream().noneMatch(Resource::hasMeshNames)) {
            return;
        }
        List<ResourceName> unasked = names.stream()
                .filter(name -> !isServed(name))
                .filter(held.negate())
                .toList();
        servesNames = true;
        if (!unasked.isEmpty()) {
            send.accept(subscription(unasked));
        }
    }

    /** Whether what is told under this name is wanted: it may have been given up while it was on its way. */
    boolean isWanted(ResourceName name) {
        return switch (name) {
            case ResourceName.Destination _, ResourceName.Name _ -> names.contains(name);
            case ResourceName.Single _, ResourceName.Bundle _, ResourceName.Unknown _ -> true;
        };
    }

    void add(ResourceName name) {
        if (names.add(name) && isServed(name)) {
            send.accept(subscription(List.of(name)));
        }
    }

    /** Whether it was there. */
    boolean remove(ResourceName name) {
        boolean was = names.remove(name);
        if (was && isServed(name)) {
            send.accept(WatchRequest.newBuilder()
                    .setUnsubscribe(Unsubscribe.newBuilder().addNames(name.text()))
                    .build());
        }
        return was;
    }

    private boolean isServed(ResourceName name) {
        return servesNames || !(name instanceof ResourceName.Name);
    }

    /** The request that asks for these. */
    static WatchRequest subscription(List<ResourceName> names) {
        Subscribe.Builder subscribe = Subscribe.newBuilder();
        names.forEach(name -> subscribe.addNames(name.text()));
        return WatchRequest.newBuilder().setSubscribe(subscribe).build();
    }
}
