package dev.weft.control.watch;

import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.metrics.Metrics;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.SpiffeId;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * {@code weft.v1.Mesh}: tells each proxy what concerns it, as it changes. A stream is open to the workload whose identity
 * the caller's SVID proves, for as long as that SVID verifies and the workload exists.
 */
public final class MeshEndpoint extends MeshGrpc.MeshImplBase implements AutoCloseable {

    private final StreamHub hub;

    /** Knows no workload until {@link #publish}. */
    public MeshEndpoint(TrustSource trust, Clock clock, Metrics metrics) {
        this.hub = new StreamHub(trust, clock, metrics);
    }

    /** Makes this the state that proxies are told, and ends the streams that it leaves no right to. */
    public void publish(MeshState state) {
        hub.publish(state);
    }

    /** The proxies connected now, by workload. */
    public List<ConnectedProxy> proxies() {
        return hub.proxies();
    }

    /** Who a meshed workload is; empty if the registry has none of this name. */
    public Optional<SpiffeId> identityOf(String workload) {
        return hub.state().workload(workload).map(MeshState.Served::identity);
    }

    /** All meshed workloads by name, connected or not, each with what its proxy said last. */
    public List<ExpectedProxy> expected() {
        return hub.expected();
    }

    /**
     * Has the listener called whenever a proxy connects, answers, reports or goes, and when the state changes. It is called
     * in the middle of that proxy's work: it must be short.
     */
    public void onProxyChange(Runnable listener) {
        hub.onProxyChange(listener);
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        WatchStream stream =
                new WatchStream(Caller.current(), (ServerCallStreamObserver<WatchResponse>) responses, hub);
        stream.begin();
        return stream;
    }

    /** Ends all streams. */
    @Override
    public void close() {
        hub.close();
    }
}
