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
 * The destinations and names subscribed to. A control plane that does not support names ends the stream of a sidecar
 * that subscribes to one. So names are requested only after it has sent, on this stream, which names there are. Belongs
 * to the event loop.
 */
final class SubscribedNames {
    private final Consumer<WatchRequest> send;
    private final Set<ResourceName> names = new HashSet<>();
    private boolean servesNames;

    /** @param send sends to the control plane; does nothing while there is no stream */
    SubscribedNames(Consumer<WatchRequest> send) {
        this.send = send;
    }

    /** Called for a new stream. Returns the resources to request at its start: the destinations that are not held. */
    List<ResourceName> opened(Predicate<ResourceName> held) {
        servesNames = false;
        return names.stream().filter(this::isServed).filter(held.negate()).toList();
    }

    /**
     * Called for resources received on the stream. Once the control plane has shown that it supports names, requests
     * the names that are not held.
     */
    void received(List<Resource> resources, Predicate<ResourceName> held) {
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

    /**
     * Whether a resource of this name is still wanted: the subscription may have ended while the resource was on its
     * way.
     */
    boolean isWanted(ResourceName name) {
        return switch (name) {
            case ResourceName.Destination _, ResourceName.HostName _ -> names.contains(name);
            case ResourceName.PerWorkload _, ResourceName.Bundle _, ResourceName.Unknown _ -> true;
        };
    }

    void add(ResourceName name) {
        if (names.add(name) && isServed(name)) {
            send.accept(subscription(List.of(name)));
        }
    }

    /** Returns whether the name was subscribed to. */
    boolean remove(ResourceName name) {
        boolean wasSubscribed = names.remove(name);
        if (wasSubscribed && isServed(name)) {
            send.accept(WatchRequest.newBuilder()
                    .setUnsubscribe(Unsubscribe.newBuilder().addNames(name.wireName()))
                    .build());
        }
        return wasSubscribed;
    }

    private boolean isServed(ResourceName name) {
        return servesNames || !(name instanceof ResourceName.HostName);
    }

    /** Returns the request that subscribes to these names. */
    static WatchRequest subscription(List<ResourceName> names) {
        Subscribe.Builder subscribe = Subscribe.newBuilder();
        names.forEach(name -> subscribe.addNames(name.wireName()));
        return WatchRequest.newBuilder().setSubscribe(subscribe).build();
    }
}
