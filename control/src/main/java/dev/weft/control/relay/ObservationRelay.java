package dev.weft.control.relay;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservationReplicaGrpc;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.control.observe.OtherObservers;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Asks the other replicas what their proxies observe, over the existing connections to them. */
public final class ObservationRelay implements OtherObservers {

    private static final long SECONDS = 4;

    private final Supplier<Map<String, Optional<ManagedChannel>>> replicas;

    /** @param replicas the other replicas by name, each with the connection to it if there is one */
    public ObservationRelay(Supplier<Map<String, Optional<ManagedChannel>>> replicas) {
        this.replicas = requireNonNull(replicas, "replicas");
    }

    @Override
    public ReplicaAnswers edges(ListEdgesRequest request) {
        List<ListEdgesResponse> answers = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<PendingAnswer> asked = new ArrayList<>();
            replicas.get()
                    .forEach((name, channel) -> asked.add(new PendingAnswer(
                            name, threads.submit(() -> channel.map(open -> ask(open, request))))));
            for (PendingAnswer each : asked) {
                Optional<ListEdgesResponse> answer = each.answer();
                answer.ifPresentOrElse(answers::add, () -> missing.add(each.replica()));
            }
        }
        return new ReplicaAnswers(answers, missing);
    }

    private record PendingAnswer(String replica, Future<Optional<ListEdgesResponse>> future) {

        /** Returns the answer; empty if there was none in time. */
        Optional<ListEdgesResponse> answer() {
            try {
                return future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StatusRuntimeException) {
                    return Optional.empty();
                }
                throw new IllegalStateException("replica " + replica + " cannot be asked", e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private static ListEdgesResponse ask(ManagedChannel channel, ListEdgesRequest request) {
        ListEdgesResponse.Builder all = ListEdgesResponse.newBuilder();
        ObservationReplicaGrpc.newBlockingStub(channel)
                .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                .listEdges(request)
                .forEachRemaining(all::mergeFrom);
        return all.build();
    }

    @Override
    public Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener) {
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
