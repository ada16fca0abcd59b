package dev.weft.bench.registry;

import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.watch.MeshEndpoint;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/** The sidecar's end of a stream, without a network connection. It acknowledges every response at once. */
final class FakeSidecar extends ServerCallStreamObserver<WatchResponse> {
    private final Consumer<WatchResponse> told;
    private final StreamObserver<WatchRequest> requests;
    private Runnable cancelled = () -> {};

    private FakeSidecar(MeshEndpoint mesh, Caller caller, Consumer<WatchResponse> told) {
        this.told = told;
        this.requests = mesh.open(caller, this);
    }

    /** Opens a stream that subscribes to these resources. */
    static FakeSidecar open(
            MeshEndpoint mesh, Caller caller, Hello hello, List<String> names, Consumer<WatchResponse> told) {
        FakeSidecar sidecar = new FakeSidecar(mesh, caller, told);
        sidecar.requests.onNext(WatchRequest.newBuilder().setHello(hello).build());
        sidecar.requests.onNext(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.newBuilder().addAllNames(names))
                .build());
        return sidecar;
    }

    void close() {
        cancelled.run();
    }

    @Override
    public void onNext(WatchResponse response) {
        told.accept(response);
        requests.onNext(WatchRequest.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setNonce(response.getNonce()))
                .build());
    }

    @Override
    public void onError(Throwable error) {
        throw new IllegalStateException("a stream ended", error);
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        cancelled = handler;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCompleted() {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setOnCloseHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
