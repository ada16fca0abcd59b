package dev.weft.proxy.control;

import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.Unsubscribe;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy knows of the mesh, kept current: the Watch stream, opened again when it breaks and resumed by the
 * versions held. While the control plane is away everything that it told stays. May be called from any thread.
 */
public final class MeshSubscription implements AutoCloseable {
    private final ControlClient client;
    private final String workload;
    private final String proxyVersion;
    private final Supplier<@Nullable Report> report;
    private final MeshListener listener;
    private final SnapshotKeeper keeper;

    // Owned by the client's event loop.
    private final WatchConnection connection;
    private final Destinations destinations;
    private final NamesAsked names;

    /**
     * A subscription that {@link #start} begins.
     *
     * @param workload "namespace/name"
     * @param tls the current client credentials; null while there are none
     * @param report on the certificate held; null while there is none
     */
    public MeshSubscription(
            ControlClient client,
            String workload,
            String proxyVersion,
            Supplier<@Nullable SslContext> tls,
            Supplier<@Nullable Report> report,
            MeshListener listener) {
        this.client = client;
        this.workload = workload;
        this.proxyVersion = proxyVersion;
        this.report = report;
        this.listener = listener;
        this.keeper = new SnapshotKeeper(listener);
        this.connection = new WatchConnection(client, tls, new StreamEvents());
        this.names = new NamesAsked(connection::send);
        this.destinations =
                new Destinations(client.loop(), () -> connected() ? "" : " (not connected: " + lastFailure() + ")");
    }

    /** Begins. */
    public void start() {
        client.loop().execute(connection::open);
    }

    /** Another certificate is held: the control plane is told, and the stream moves to it. */
    public void certificateChanged() {
        client.loop().execute(() -> {
            sendReport();
            connection.move();
        });
    }

    /** There is something else to report than the certificate, as that its renewal fails: the control plane is told. */
    public void reportChanged() {
        client.loop().execute(this::sendReport);
    }

    /**
     * Tells the control plane whom the workload calls. To be called on the client's event loop.
     *
     * @return false if that cannot be told now, as there is no stream
     */
    public boolean tell(Traffic traffic) {
        Report held = report.get();
        if (held == null || !connected()) {
            return false;
        }
        send(WatchRequest.newBuilder().setReport(held.toBuilder().setTraffic(traffic)));
        return true;
    }

    /** Tells the control plane of requests that operators look on at; nothing while there is no stream. */
    public void tell(TappedRequests tapped) {
        send(WatchRequest.newBuilder().setTapped(tapped));
    }

    /** Asks again for what has to be confirmed, by another stream; nothing while there is none. */
    public void askAgain() {
        client.loop().execute(connection::move);
    }

    /** What has been told so far, and accepted by the listener. */
    public MeshSnapshot snapshot() {
        return keeper.snapshot();
    }

    /** Whether the stream is up. */
    public boolean connected() {
        return connection.connected();
    }

    /** Why the stream broke last. */
    public String lastFailure() {
        return connection.lastFailure();
    }

    /**
     * Where an address, "ip:port", leads; subscribes to it if it is new. Completes at once if it is known, else on the
     * event loop; exceptionally with an RpcException when the control plane does not say within 3 s.
     */
    public CompletableFuture<Destination> destination(String address) {
        Destination known = snapshot().destinations().get(address);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<Destination> result = new CompletableFuture<>();
        client.loop().execute(() -> subscribe(address, result));
        return result;
    }

    /** As {@link #destination}, with the listener told alone. What is being taken back at this moment is asked for again. */
    public void ask(String address) {
        client.loop().execute(() -> subscribe(address, new CompletableFuture<>()));
    }

    /** No longer asks for an address; the snapshot loses it, which the listener isn't told. */
    public void unsubscribe(String address) {
        client.loop().execute(() -> drop(address));
    }

    /** Asks what a name stands for, "name/..."; the listener is told. */
    public void askName(String name) {
        client.loop().execute(() -> names.add(name));
    }

    /** No longer asks for a name; the snapshot loses it, which the listener isn't told. */
    public void dropName(String name) {
        client.loop().execute(() -> {
            if (names.remove(name)) {
                keeper.forget(name);
            }
        });
    }

    @Override
    public void close() {
        client.loop().execute(() -> {
            connection.close();
            destinations.failAll(new RpcException(RpcException.Code.CANCELLED, "the proxy stops"));
        });
    }

    private void subscribe(String address, CompletableFuture<Destination> result) {
        Destination known = snapshot().destinations().get(address);
        if (known != null) {
            result.complete(known);
            return;
        }
        try {
            if (destinations.add(address)) {
                send(WatchRequest.newBuilder()
                        .setSubscribe(Subscribe.newBuilder().addNames(SnapshotBuilder.DESTINATION + address)));
            }
        } catch (RpcException e) {
            result.completeExceptionally(e);
            return;
        }
        var _ = destinations.await(address).whenComplete((destination, failure) -> {
            if (failure == null) {
                result.complete(destination);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void drop(String address) {
        if (destinations.remove(address)) {
            String name = SnapshotBuilder.DESTINATION + address;
            send(WatchRequest.newBuilder()
                    .setUnsubscribe(Unsubscribe.newBuilder().addNames(name)));
            keeper.forget(name);
        }
    }

    private void sendReport() {
        Report held = report.get();
        if (held != null) {
            send(WatchRequest.newBuilder().setReport(held));
        }
    }

    private void send(WatchRequest.Builder request) {
        connection.send(request.build());
    }

    private final class StreamEvents implements WatchConnection.Events {
        @Override
        public void onOpen(boolean moved) {
            names.opened();
            keeper.forget(SnapshotBuilder.TAP);
            List<String> unanswered = destinations.without(snapshot());
            Opening.requests(workload, proxyVersion, snapshot(), unanswered).forEach(connection::send);
            sendReport();
            listener.onStream();
            if (!moved) {
                listener.onConnected();
            }
        }

        @Override
        public void onResponse(WatchResponse response) {
            List<Resource> told = response.getResourcesList().stream()
                    .filter(resource -> wanted(resource.getName()))
                    .toList();
            List<String> removed =
                    response.getRemovedList().stream().filter(this::wanted).toList();
            Optional<Refusal> refusal = keeper.apply(told, removed);
            send(refusal.isEmpty() ? acknowledgement(response) : refusal(response, refusal.get()));
            names.told(told, snapshot());
            for (Resource resource : told) {
                if (SnapshotBuilder.isOfDestination(resource)) {
                    answer(SnapshotBuilder.address(resource.getName()), refusal);
                }
            }
            for (String name : removed) {
                if (name.startsWith(SnapshotBuilder.DESTINATION)) {
                    drop(SnapshotBuilder.address(name)); // so that the next who needs it asks anew
                } else {
                    names.remove(name);
                }
            }
        }

        @Override
        public void onBroken(String reason) {
            listener.onDisconnected(reason);
        }

        /** Not a destination or name that was given up while the control plane told of it. */
        private boolean wanted(String name) {
            if (name.startsWith(SnapshotBuilder.NAME)) {
                return names.contains(name);
            }
            return !name.startsWith(SnapshotBuilder.DESTINATION)
                    || destinations.contains(SnapshotBuilder.address(name));
        }

        private void answer(String address, Optional<Refusal> refusal) {
            Destination destination = snapshot().destinations().get(address);
            if (destination != null) {
                destinations.answer(address, destination);
            } else {
                destinations.fail(
                        address,
                        new RpcException(
                                RpcException.Code.INTERNAL,
                                "the control plane's answer cannot be used: "
                                        + refusal.map(Refusal::reason).orElse("no reason known")));
            }
        }
    }

    private static WatchRequest.Builder acknowledgement(WatchResponse response) {
        return WatchRequest.newBuilder().setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce()));
    }

    private static WatchRequest.Builder refusal(WatchResponse response, Refusal refusal) {
        return WatchRequest.newBuilder()
                .setRefuse(Refuse.newBuilder()
                        .setNonce(response.getNonce())
                        .setResource(refusal.resource())
                        .setReason(refusal.reason())
                        .addAllRefused(refusal.resources()));
    }
}
