package dev.weft.control.observe;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import java.util.List;
import java.util.function.Consumer;

/** Asks the other replicas of this control plane what their proxies observe. */
public interface OtherObservers {

    /** For a control plane without other replicas. */
    OtherObservers NONE = new OtherObservers() {
        @Override
        public ReplicaAnswers edges(ListEdgesRequest request) {
            return new ReplicaAnswers(List.of(), List.of());
        }

        @Override
        public Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener) {
            return () -> {};
        }
    };

    /**
     * The answers of the other replicas.
     *
     * @param answers of all replicas that answered
     * @param missing names of the replicas that did not answer
     */
    record ReplicaAnswers(List<ListEdgesResponse> answers, List<String> missing) {}

    /** Asks each of the other replicas, and waits a few seconds for the answers. */
    ReplicaAnswers edges(ListEdgesRequest request);

    /**
     * Taps requests at each of the other replicas.
     *
     * @param listener receives the events, on any thread
     * @return ends the tap
     */
    Runnable tap(TapRequestsRequest request, Consumer<TapEvent> listener);
}
