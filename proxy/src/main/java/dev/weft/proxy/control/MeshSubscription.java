package dev.weft.proxy.control;

import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.Unsubscribe;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy knows of the mesh, kept current: the Watch stream, opened again when it breaks and resumed by the
 * versions held. While the control plane is away everything that it told stays. May be called from any thread.
 */
public final class MeshSubscription implements AutoCloseable {
    /** Longest that a new destination is waited for. */
    static final Duration DESTINATION_WAIT = Duration.ofSeconds(3);
    /** Destinations subscribed to at a time. */
    static final int MAX_DESTINATIONS = 10_000;

    private static final int MAX_REASON = 500;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final ControlClient client;
    private final String workload;
    private final String proxyVersion;
    private final Supplier<@Nullable SslContext> tls;
    private final MeshListener listener;
    private final Backoff backoff = new Backoff(FIRST_RETRY, LAST_RETRY, new Random());

    private volatile MeshSnapshot snapshot = MeshSnapshot.EMPTY;
    private volatile boolean connected;
    private volatile String lastFailure = "not connected yet";

    // Owned by the client's event loop.
    private final Set<String> subscribed = new HashSet<>();
    private final Map<String, CompletableFuture<Destination>> waiting = new HashMap<>();
    private @Nullable MeshStream stream;
    private boolean closed;

    /**
     * A subscription that {@link #start} begins.
     *
     * @param workload "namespace/name"
     * @param tls the current client credentials; null while there are none
     */
    public MeshSubscription(
            ControlClient client,
            String workload,
            String proxyVersion,
            Supplier<@Nullable SslContext> tls,
            MeshListener listener) {
        this.client = client;
        this.workload = workload;
        this.proxyVersion = proxyVersion;
        this.tls = tls;
        this.listener = listener;
    }

    /** Begins. */
    public void start() {
        client.loop().execute(this::connect);
    }

    /** What has been told so far. */
    public MeshSnapshot snapshot() {
        return snapshot;
    }

    /** Whether the stream is up. */
    public boolean connected() {
        return connected;
    }

    /** Why the stream broke last. */
    public String lastFailure() {
        return lastFailure;
    }

    /**
     * Where an address, "ip:port", leads; subscribes to it if it is new. Completes at once if it is known, else on the
     * event loop; exceptionally with an RpcException when the control plane does not say within 3 s.
     */
    public CompletableFuture<Destination> destination(String address) {
        Destination known = snapshot.destinations().get(address);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<Destination> result = new CompletableFuture<>();
        client.loop().execute(() -> subscribe(address, result));
        return result;
    }

    /** No longer asks for an address; the snapshot loses it. */
    public void unsubscribe(String address) {
        client.loop().execute(() -> {
            if (subscribed.remove(address)) {
                send(WatchRequest.newBuilder()
                        .setUnsubscribe(Unsubscribe.newBuilder().addNames(WireSnapshots.DESTINATION + address)));
                snapshot = WireSnapshots.apply(
                        snapshot,
                        WatchResponse.newBuilder()
                                .addRemoved(WireSnapshots.DESTINATION + address)
                                .build());
            }
        });
    }

    @Override
    public void close() {
        client.loop().execute(() -> {
            closed = true;
            connected = false;
            if (stream != null) {
                stream.close();
            }
        });
    }

    private void subscribe(String address, CompletableFuture<Destination> result) {
        Destination known = snapshot.destinations().get(address);
        if (known != null) {
            result.complete(known);
            return;
        }
        if (!subscribed.contains(address) && subscribed.size() >= MAX_DESTINATIONS) {
            result.completeExceptionally(new RpcException(
                    RpcException.Code.RESOURCE_EXHAUSTED, "more than " + MAX_DESTINATIONS + " destinations in use"));
            return;
        }
        CompletableFuture<Destination> shared = waiting.get(address);
        if (shared == null) {
            shared = new CompletableFuture<>();
            waiting.put(address, shared);
            if (subscribed.add(address)) {
                send(WatchRequest.newBuilder()
                        .setSubscribe(Subscribe.newBuilder().addNames(WireSnapshots.DESTINATION + address)));
            }
            Future<?> _ =
                    client.loop().schedule(() -> expire(address), DESTINATION_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        var _ = shared.whenComplete((destination, failure) -> {
            if (failure == null) {
                result.complete(destination);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void expire(String address) {
        CompletableFuture<Destination> late = waiting.get(address);
        if (late != null && !late.isDone()) {
            waiting.remove(address);
            late.completeExceptionally(new RpcException(
                    RpcException.Code.DEADLINE_EXCEEDED,
                    "the control plane did not say in " + DESTINATION_WAIT.toSeconds() + " s where " + address
                            + " leads" + (connected ? "" : " (not connected: " + lastFailure + ")")));
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        SslContext context = tls.get();
        if (context == null) {
            retry("no certificate yet");
        } else {
            stream = client.watch(context, new StreamEvents());
        }
    }

    private void retry(String reason) {
        connected = false;
        lastFailure = reason;
        if (!closed) {
            Future<?> _ = client.loop().schedule(this::connect, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void send(WatchRequest.Builder request) {
        if (stream != null && connected) {
            stream.send(request.build());
        }
    }

    private final class StreamEvents implements MeshStream.Listener {
        @Override
        public void onOpen() {
            connected = true;
            send(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setWorkload(workload)
                            .setProxyVersion(proxyVersion)
                            .putAllHeld(snapshot.versions())));
            Subscribe.Builder fresh = Subscribe.newBuilder();
            for (String address : subscribed) {
                if (!snapshot.destinations().containsKey(address)) {
                    fresh.addNames(WireSnapshots.DESTINATION + address);
                }
            }
            if (fresh.getNamesCount() > 0) {
                send(WatchRequest.newBuilder().setSubscribe(fresh));
            }
            listener.onConnected();
        }

        @Override
        public void onResponse(WatchResponse response) {
            backoff.reset();
            try {
                MeshSnapshot next = WireSnapshots.apply(snapshot, response);
                listener.onUpdate(next, changed(response));
                snapshot = next;
            } catch (RuntimeException e) {
                refuse(response, e);
                return;
            }
            send(WatchRequest.newBuilder()
                    .setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce())));
            for (Resource resource : response.getResourcesList()) {
                if (resource.hasDestination()) {
                    answer(resource.getName().substring(WireSnapshots.DESTINATION.length()), resource.getDestination());
                }
            }
        }

        @Override
        public void onEnd(RpcException failure) {
            boolean was = connected;
            String reason = String.valueOf(failure.getMessage());
            retry(reason);
            if (was) {
                listener.onDisconnected(reason);
            }
        }

        private void refuse(WatchResponse response, RuntimeException why) {
            String reason = String.valueOf(why.getMessage());
            String resource = response.getResourcesCount() == 0
                    ? ""
                    : response.getResources(0).getName();
            send(WatchRequest.newBuilder()
                    .setRefuse(Refuse.newBuilder()
                            .setNonce(response.getNonce())
                            .setResource(resource)
                            .setReason(reason.substring(0, Math.min(MAX_REASON, reason.length())))));
        }

        private void answer(String address, Destination destination) {
            CompletableFuture<Destination> future = waiting.remove(address);
            if (future != null) {
                future.complete(destination);
            }
        }

        private static Set<String> changed(WatchResponse response) {
            Set<String> names = new HashSet<>(response.getRemovedList());
            response.getResourcesList().forEach(resource -> names.add(resource.getName()));
            return Set.copyOf(names);
        }
    }
}
