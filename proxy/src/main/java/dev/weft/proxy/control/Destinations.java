package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The addresses subscribed to, and who waits for the first answer about one. Belongs to the event loop. */
final class Destinations {
    /** Addresses at a time: with inbound and the bundles, no more resources than the control plane lets a proxy hold. */
    static final int MAX_DESTINATIONS = 9_000;
    /** Longest that a new destination is waited for. */
    static final Duration WAIT = Duration.ofSeconds(3);

    private final EventLoop loop;
    private final Supplier<String> connection;
    private final Set<String> subscribed = new HashSet<>();
    private final Map<String, CompletableFuture<Destination>> waiting = new HashMap<>();

    /** @param connection how the connection to the control plane is, for messages; empty if it is up */
    Destinations(EventLoop loop, Supplier<String> connection) {
        this.loop = loop;
        this.connection = connection;
    }

    boolean contains(String address) {
        return subscribed.contains(address);
    }

    /** Those that this snapshot has no answer for. */
    List<String> without(MeshSnapshot snapshot) {
        return subscribed.stream()
                .filter(address -> !snapshot.destinations().containsKey(address))
                .toList();
    }

    /** Whether the address is new, so that the control plane is to be asked; throws RpcException if there are too many. */
    boolean add(String address) throws RpcException {
        if (!subscribed.contains(address) && subscribed.size() >= MAX_DESTINATIONS) {
            throw new RpcException(
                    RpcException.Code.RESOURCE_EXHAUSTED,
                    "destination " + address + ": more than " + MAX_DESTINATIONS + " destinations in use");
        }
        return subscribed.add(address);
    }

    /** Whether it was there. */
    boolean remove(String address) {
        return subscribed.remove(address);
    }

    /** The next answer about an address, which all that wait for it share; bounded by {@link #WAIT}. */
    CompletableFuture<Destination> await(String address) {
        CompletableFuture<Destination> waited = waiting.get(address);
        if (waited != null) {
            return waited;
        }
        CompletableFuture<Destination> fresh = new CompletableFuture<>();
        waiting.put(address, fresh);
        Future<?> expiry = loop.schedule(() -> expire(address), WAIT.toMillis(), TimeUnit.MILLISECONDS);
        var _ = fresh.whenComplete((_, _) -> expiry.cancel(false));
        return fresh;
    }

    /** The answer is here. */
    void answer(String address, Destination destination) {
        CompletableFuture<Destination> waited = waiting.remove(address);
        if (waited != null) {
            waited.complete(destination);
        }
    }

    /** There is no answer that can be used. */
    void fail(String address, RpcException reason) {
        CompletableFuture<Destination> waited = waiting.remove(address);
        if (waited != null) {
            waited.completeExceptionally(reason);
        }
    }

    /** Nobody will answer any more. */
    void failAll(RpcException reason) {
        for (String address : List.copyOf(waiting.keySet())) {
            fail(address, reason);
        }
    }

    private void expire(String address) {
        fail(
                address,
                new RpcException(
                        RpcException.Code.DEADLINE_EXCEEDED,
                        "the control plane did not say in " + WAIT.toSeconds() + " s where " + address + " leads"
                                + connection.get()));
    }
}
