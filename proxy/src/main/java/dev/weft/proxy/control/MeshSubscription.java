package dev.weft.proxy.control;

import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy knows of the mesh, kept current: the Watch stream, opened again when it breaks and resumed by the
 * versions held. While the control plane is away everything that it told stays. May be called from any thread.
 */
public final class MeshSubscription implements Subscriptions, AutoCloseable {
    private final ControlClient client;
    private final String workload;
    private final String proxyVersion;
    private final Supplier<@Nullable Report> report;
    private final MeshListener listener;

    // Owned by the client's event loop.
    private final WatchConnection connection;
    private final HeldResources held;
    private final Subscribed subscribed;

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
        this.held = new HeldResources(listener);
        this.connection = new WatchConnection(client, tls, new StreamEvents());
        this.subscribed = new Subscribed(connection::send);
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

    /** What is held; belongs to the client's event loop. */
    HeldResources held() {
        return held;
    }

    /** Whether the stream is up. */
    public boolean connected() {
        return connection.connected();
    }

    /** Why the stream broke last. */
    public String lastFailure() {
        return connection.lastFailure();
    }

    /** Why the control plane refuses the stream; empty while it is up, or fails otherwise. */
    public Optional<RefusedCall> refusal() {
        return connected() ? Optional.empty() : connection.refusal();
    }

    @Override
    public void subscribe(ResourceName name) {
        client.loop().execute(() -> subscribed.add(name));
    }

    @Override
    public void unsubscribe(ResourceName name) {
        client.loop().execute(() -> drop(name));
    }

    @Override
    public String awayBecause() {
        return connected() ? "" : lastFailure();
    }

    @Override
    public void close() {
        client.loop().execute(connection::close);
    }

    private void drop(ResourceName name) {
        if (subscribed.remove(name)) {
            held.forget(name);
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
            held.forget(ResourceName.Single.TAP);
            List<ResourceName> unanswered = subscribed.opened(held.byName()::containsKey);
            Opening.requests(workload, proxyVersion, held.byName(), unanswered).forEach(connection::send);
            sendReport();
            listener.onStream();
            if (!moved) {
                listener.onConnected();
            }
        }

        @Override
        public void onResponse(WatchResponse response) {
            List<Resource> told = response.getResourcesList().stream()
                    .filter(resource -> subscribed.isWanted(ResourceName.of(resource.getName())))
                    .toList();
            List<ResourceName> removed = response.getRemovedList().stream()
                    .map(ResourceName::of)
                    .filter(subscribed::isWanted)
                    .toList();
            Optional<RefusedResources> refusal = held.apply(told, removed);
            send(refusal.isEmpty() ? acknowledgement(response) : refusal(response, refusal.get()));
            subscribed.told(told, held.byName()::containsKey);
            removed.forEach(MeshSubscription.this::drop); // so that the next who needs it asks again
        }

        @Override
        public void onBroken(String reason) {
            listener.onDisconnected(reason);
        }
    }

    private static WatchRequest.Builder acknowledgement(WatchResponse response) {
        return WatchRequest.newBuilder().setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce()));
    }

    private static WatchRequest.Builder refusal(WatchResponse response, RefusedResources refusal) {
        return WatchRequest.newBuilder()
                .setRefuse(Refuse.newBuilder()
                        .setNonce(response.getNonce())
                        .setResource(refusal.resource())
                        .setReason(refusal.reason())
                        .addAllRefused(refusal.resources()));
    }
}
