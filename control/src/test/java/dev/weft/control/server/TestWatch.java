package dev.weft.control.server;

import dev.weft.api.v1.Acknowledge;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's end of a Watch stream. */
final class TestWatch implements StreamObserver<WatchResponse> {

    private final LinkedBlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final Map<String, String> versions = new HashMap<>();
    private @Nullable StreamObserver<WatchRequest> requests;

    void requests(StreamObserver<WatchRequest> observer) {
        this.requests = observer;
    }

    void hello(String workload, Map<String, String> held) {
        send(WatchRequest.newBuilder()
                .setHello(Hello.newBuilder()
                        .setWorkload(workload)
                        .setProxyVersion("test")
                        .putAllHeld(held))
                .build());
    }

    void subscribe(String... names) {
        send(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.newBuilder().addAllNames(List.of(names)))
                .build());
    }

    void acknowledge(long nonce) {
        send(WatchRequest.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setNonce(nonce))
                .build());
    }

    void refuse(long nonce, String resource, String reason) {
        send(WatchRequest.newBuilder()
                .setRefuse(Refuse.newBuilder()
                        .setNonce(nonce)
                        .setResource(resource)
                        .setReason(reason))
                .build());
    }

    /** Refuses these, and follows the rest of the response. */
    void refuseOf(long nonce, String... resources) {
        send(WatchRequest.newBuilder()
                .setRefuse(Refuse.newBuilder()
                        .setNonce(nonce)
                        .setResource(resources[0])
                        .setReason("not understood")
                        .addAllRefused(List.of(resources)))
                .build());
    }

    void send(WatchRequest request) {
        if (requests == null) {
            throw new IllegalStateException("not begun");
        }
        requests.onNext(request);
    }

    /** The next response, acknowledged. */
    WatchResponse next() throws InterruptedException {
        WatchResponse response = receive();
        acknowledge(response.getNonce());
        return response;
    }

    /** The next response, not answered. */
    WatchResponse receive() throws InterruptedException {
        WatchResponse response = responses.poll(20, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response within 20 s; the stream's end: " + end.getNow(null));
        }
        for (Resource resource : response.getResourcesList()) {
            versions.put(resource.getName(), resource.getVersion());
        }
        response.getRemovedList().forEach(versions::remove);
        return response;
    }

    /** Versions of all that was received. */
    Map<String, String> versions() {
        return Map.copyOf(versions);
    }

    Status end() throws Exception {
        return end.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(WatchResponse response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable error) {
        end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }
}
