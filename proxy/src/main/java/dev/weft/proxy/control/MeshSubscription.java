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
 * Keeps what the proxy knows of the mesh current through the Watch stream. The stream is opened again when it breaks,
 * and resumed with the versions held. While the control plane is away, everything that it sent stays in force. May be
 * called from any thread.
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
    private final SubscribedNames subscribed;

    /**
     * A subscription that waits for {@link #start}.
     *
     * @param workload "namespace/name"
     * @param tls the current client credentials; null while there are none
     * @param report returns the report on the certificate held; null while there is none
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
        this.connection = new WatchConnection(client, tls, this::opened, this::received, listener::onDisconnected);
        this.subscribed = new SubscribedNames(connection::send);
    }

    /** Opens the stream. */
    public void start() {
        client.loop().execute(connection::open);
    }

    /** Called when there is a new certificate: reports it to the control plane, and moves the stream to it. */
    public void certificateChanged() {
        client.loop().execute(() -> {
            sendReport();
            connection.move();
        });
    }

    /**
     * Called when the report changes without a new certificate, for example when a renewal fails: sends it to the
     * control plane.
     */
    public void reportChanged() {
        client.loop().execute(this::sendReport);
    }

    /**
     * Reports to the control plane whom the workload calls. Must be called on the client's event loop.
     *
     * @return false if there is no stream to send it on
     */
    public boolean tell(Traffic traffic) {
        Report held = report.get();
        if (held == null || !connected()) {
            return false;
        }
        send(WatchRequest.newBuilder().setReport(held.toBuilder().setTraffic(traffic)));
        return true;
    }

    /** Sends the control plane requests that operators watch; does nothing while there is no stream. */
    public void tell(TappedRequests tapped) {
        send(WatchRequest.newBuilder().setTapped(tapped));
    }

    /**
     * Opens another stream, on which the control plane confirms what must be confirmed. If none is open, retries at
     * once.
     */
    public void askAgain() {
        client.loop().execute(connection::move);
    }

    /** The resources held; belongs to the client's event loop. */
    HeldResources held() {
        return held;
    }

    /** Whether the stream is up. */
    public boolean connected() {
        return connection.connected();
    }

    /** Returns why the stream last broke. */
    public String lastFailure() {
        return connection.lastFailure();
    }

    /** Returns why the control plane refuses the stream; empty while it is up, or when it fails for another reason. */
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

    private void opened(boolean moved) {
        held.forget(ResourceName.PerWorkload.TAP);
        List<ResourceName> unanswered = subscribed.opened(held.byName()::containsKey);
        FirstRequests.requests(workload, proxyVersion, held.byName(), unanswered)
                .forEach(connection::send);
        sendReport();
        listener.onStream();
        if (!moved) {
            listener.onConnected();
        }
    }

    private void received(WatchResponse response) {
        List<Resource> told = response.getResourcesList().stream()
                .filter(resource -> subscribed.isWanted(ResourceName.parse(resource.getName())))
                .toList();
        List<ResourceName> removed = response.getRemovedList().stream()
                .map(ResourceName::parse)
                .filter(subscribed::isWanted)
                .toList();
        Optional<RefusedResources> refusal = held.apply(told, removed);
        send(refusal.isEmpty() ? acknowledgement(response) : refusal(response, refusal.get()));
        subscribed.received(told, held.byName()::containsKey);
        removed.forEach(this::drop); // so that the next caller that needs it asks again
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
