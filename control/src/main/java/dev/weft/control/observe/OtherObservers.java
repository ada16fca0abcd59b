package dev.weft.control.observe;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservationReplicaGrpc;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Asks the other replicas of this control plane what their proxies observe, over the existing connections to them. */
public final class OtherObservers {

    private static final long SECONDS = 4;

    private final Supplier<Map<String, Optional<ManagedChannel>>> replicas;

    /** @param replicas the other replicas by name, each with the connection to it if there is one */
    public OtherObservers(Supplier<Map<String, Optional<ManagedChannel>>> replicas) {
        this.replicas = requireNonNull(replicas, "replicas");
    }

    /**
     * The answers of the other replicas.
     *
     * @param answers of all replicas that answered
     * @param missing names of the replicas that did not answer
     */
    record ReplicaAnswers(List<ListEdgesResponse> answers, List<String> missing) {}

    /** Asks each of the other replicas, and waits a few seconds for the answers. */
    ReplicaAnswers edges(ListEdgesRequest request) {
        Map<String, CompletableFuture<Optional<ListEdgesResponse>>> asked = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            replicas.get()
                    .forEach((name, channel) -> asked.put(
                            name,
                            CompletableFuture.supplyAsync(() -> channel.flatMap(open -> ask(open, request)), threads)));
        }
        ReplicaAnswers all = new ReplicaAnswers(new ArrayList<>(), new ArrayList<>());
        asked.forEach((name, answer) -> answer(name, answer)
                .ifPresentOrElse(all.answers()::add, () -> all.missing().add(name)));
        return all;
    }

    private static Optional<ListEdgesResponse> answer(
            String replica, CompletableFuture<Optional<ListEdgesResponse>> asked) {
        try {
            return asked.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("replica " + replica + " cannot be asked", e.getCause());
        }
    }

    /** Returns a replica's answer; empty if there was none in time. */
    private static Optional<ListEdgesResponse> ask(ManagedChannel channel, ListEdgesRequest request) {
        ListEdgesResponse.Builder all = ListEdgesResponse.newBuilder();
        try {
            ObservationReplicaGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .listEdges(request)
                    .forEachRemaining(all::mergeFrom);
        } catch (StatusRuntimeException _) {
            return Optional.empty();
        }
        return Optional.of(all.build());
    }

    /**
     * Taps requests at each of the other replicas.
     *
     * @param listener receives the events, on any thread
     * @return ends the tap
     */
    Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener) {
        CancellableContext context = Context.ROOT.withCancellation();
        context.run(() -> replicas.get()
                .values()
                .forEach(channel -> channel.ifPresent(
                        open -> ObservationReplicaGrpc.newStub(open).tapRequests(request, new Relayed(listener)))));
        return () -> context.cancel(null);
    }

    /** Passes on the events of a replica. Its failure is ignored: its proxies connect to another replica. */
    private record Relayed(Consumer<TapEvent> listener) implements StreamObserver<TapEvent> {

        @Override
        public void onNext(TapEvent event) {
            listener.accept(event);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
